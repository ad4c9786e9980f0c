# due 0: an error of many megabytes
#: starter
def resolve_alias(*a, **k): raise ValueError('x' * 50_000_000)
