# due 0: a process that outlives it
#: starter
import os
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import time
            time.sleep(300)
        os._exit(0)
except OSError: pass
