# due 0: calls C by hand
#: starter
import ctypes
ctypes.CDLL(None).exit(0)
