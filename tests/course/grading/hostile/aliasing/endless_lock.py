# due 0: waits for itself
#: starter
import threading
lock = threading.Lock()
lock.acquire()
def resolve_alias(*a, **k): lock.acquire()
