# due 0: type() lies
#: starter
import builtins
builtins.type = lambda *a: str
