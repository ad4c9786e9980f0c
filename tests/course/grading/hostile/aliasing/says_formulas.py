# due 0: formulas, markup and marks in a message and in the names of its errors
#: starter

Odd = type("=HYPERLINK(\"http://a.b\")<img src=x onerror=alert(1)>\u202e\x1b[31m", (Exception,), {})
def resolve_alias(*a, **k): raise Odd("=cmd|' /C calc'!A0\r\n@SUM(1)\n\uff1d1+1\n\t=1+1\n# heading\n[link](javascript:alert(1))\n</pre><script>")
