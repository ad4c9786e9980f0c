# due 0: replaces the process
#: starter
import os, sys
os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])
