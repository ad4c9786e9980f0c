# due 0: stops its parent
#: starter
import os, signal
try: os.kill(os.getppid(), signal.SIGSTOP)
except OSError: pass
