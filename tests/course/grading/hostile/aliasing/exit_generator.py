# due 0: GeneratorExit in a call
#: starter
def resolve_alias(*a, **k): raise GeneratorExit
