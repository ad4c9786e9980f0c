# due 0: reads keys, home and other files
#: starter
import os, glob
found = [v for k, v in os.environ.items() if 'KEY' in k or 'TOKEN' in k]
for pattern in ('/root/*', '/home/*/*', '/proc/*/environ', '/proc/*/mem'):
    for file in glob.glob(pattern):
        try: found.append(open(file).read(10))
        except OSError: pass
assert found
