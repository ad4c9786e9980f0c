# due 0: the mock replies with what this file says
#: starter
import respx, httpx
old = respx.Route.mock
respx.Route.mock = lambda self, *a, **k: old(self, return_value=httpx.Response(200, json={}))
