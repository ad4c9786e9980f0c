# due 0: kills itself
#: starter
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGSEGV)
os.abort()
