# due 0: a trace function
#: starter
import sys, threading
sys.settrace(lambda *a: None)
threading.settrace(lambda *a: None)
