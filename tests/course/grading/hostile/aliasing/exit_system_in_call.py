# due 0: SystemExit in a call
#: starter
def resolve_alias(*a, **k): raise SystemExit(0)
