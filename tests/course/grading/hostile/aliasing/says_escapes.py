# due 0: escape codes and markup in a message
#: starter
def resolve_alias(*a, **k): raise ValueError('\x1b[2J\x1b]0;owned\x07[bold red]<script>alert(1)</script>\u202e\x00=cmd|x')
