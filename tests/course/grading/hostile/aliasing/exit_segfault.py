# due 0: a segmentation fault
#: starter
import faulthandler
def resolve_alias(*a, **k): faulthandler._sigsegv()
