# due 0: a program that outlives it
#: starter
import subprocess
try: subprocess.Popen(['sleep', '300'], start_new_session=True)
except OSError: pass
