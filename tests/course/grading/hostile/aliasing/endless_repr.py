# due 0: its repr never ends
#: starter
class Bad:
    def __repr__(self):
        while True: pass
def resolve_alias(*a, **k): return Bad()
