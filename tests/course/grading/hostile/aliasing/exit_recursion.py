# due 0: recurses until the stack of C is full
#: starter
import sys
sys.setrecursionlimit(10**8)
def f(): return f()
def resolve_alias(*a, **k): return f()
