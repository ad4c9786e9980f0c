# due 0: a message of ten million characters in errors within errors
#: starter

def resolve_alias(*a, **k):
    error = ExceptionGroup('x' * 1_000_000, [ValueError('y' * 1_000_000)])
    for number in range(300):
        error = ExceptionGroup('z' * 1000, [error])
    error.add_note('n' * 10_000_000)
    raise error
