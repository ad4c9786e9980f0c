# due 0: writes into memory
#: starter
import ctypes
ctypes.memset(id(1), 0, 1)
