# due 0: opens files without end
#: starter
kept = []
try:
    while True: kept.append(open(__file__))
except OSError: pass
