# due 0: a profile function
#: starter
import sys
sys.setprofile(lambda *a: None)
