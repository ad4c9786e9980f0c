# due 0: a regular expression that explodes
#: starter
import re
def resolve_alias(*a, **k): return re.match('(a+)+$', 'a' * 60 + 'b')
