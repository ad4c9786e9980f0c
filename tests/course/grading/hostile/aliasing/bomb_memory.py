# due 0: takes all memory
#: starter
kept = []
while True: kept.append(bytearray(50_000_000))
