# due 0: a syntax error
def resolve_alias(:
