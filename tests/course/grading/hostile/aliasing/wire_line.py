# due 0: answers by hand on every open file: an error on line ten billion, then nonsense
#: starter

import json, os
def shout(text):
    for handle in range(3, 32):
        try: os.write(handle, text.encode() + b'\n')
        except OSError: pass
error = {'type': 'x\0', 'base': 'KeyboardInterrupt', 'text': 1, 'notes': 3, 'held': '[]', 'line': 10_000_000_000}
def resolve_alias(*a, **k):
    shout(json.dumps({'error': error}))
    shout(json.dumps({'error': error | {'line': 2_000_000_000, 'notes': [], 'held': '["dict"]', 'type': 'x'}}))
    return 'a/b'
