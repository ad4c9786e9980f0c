# due 0: a global that hides a builtin
#: starter
from course import expect
expect.isinstance = lambda *a: True
expect.all = lambda *a: True
expect.type = lambda value: str
