# due 0: prints a gigabyte
#: starter
line = 'x' * 1_000_000
def resolve_alias(*a, **k):
    for _ in range(1000): print(line)
    return 'a/b'
