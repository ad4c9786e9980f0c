# due 0: never ends, within C
#: starter
import itertools
def resolve_alias(*a, **k): return sum(itertools.repeat(0))
