# due 0: writes a gigabyte to standard output
#: starter
import os
try:
    for _ in range(1000): os.write(1, b'x' * 1_000_000)
except OSError: pass
