# due 0: never ends, at import
while True: pass
