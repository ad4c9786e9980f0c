# due 0: leaves no room for calls
#: starter

import sys
def resolve_alias(*a, **k):
    sys.setrecursionlimit(60)
    return 'a/b'
