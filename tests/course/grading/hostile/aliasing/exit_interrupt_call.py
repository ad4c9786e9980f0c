# due 0: KeyboardInterrupt in a call
#: starter
def resolve_alias(*a, **k): raise KeyboardInterrupt
