# due 0: makes files without end
#: starter
n = 0
while True:
    n += 1
    open(f'f{n}', 'w').close()
