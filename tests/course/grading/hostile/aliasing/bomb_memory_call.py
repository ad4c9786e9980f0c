# due 0: takes all memory in a call
#: starter
def resolve_alias(*a, **k): return 'x' * 10 ** 11
