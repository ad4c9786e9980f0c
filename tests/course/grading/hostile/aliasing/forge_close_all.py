# due 0: closes every open file
#: starter
import os
os.closerange(3, 256)
