# due 0: exchanges a method of str
#: starter
import gc
gc.get_referents(str.__dict__)[0]['casefold'] = lambda self: self
