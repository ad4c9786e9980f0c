# due 0: sleeps for a day
#: starter
import time
def resolve_alias(*a, **k): time.sleep(86400)
