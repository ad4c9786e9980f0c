# due 0: a number that never ends
#: starter
def resolve_alias(*a, **k): return str(7 ** (7 ** 12))
