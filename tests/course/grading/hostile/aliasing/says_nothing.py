# due 0: an error without words
#: starter
class E(Exception):
    def __str__(self): raise RuntimeError
    __repr__ = __str__
def resolve_alias(*a, **k): raise E()
