# due 0: time stands still
#: starter
import time
time.monotonic = time.perf_counter = time.time = lambda: 5.0
