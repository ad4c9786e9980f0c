# due 0: sorted() gives nothing
#: starter
import builtins
builtins.sorted = lambda *a, **k: []
