# due 0: a thread bomb
#: starter
import threading, time
try:
    while True: threading.Thread(target=time.sleep, args=(999,), daemon=True).start()
except RuntimeError: pass
