# due 0: requests never leave the client
#: starter
import httpx2
async def send(self, request, **k): raise AssertionError('no')
httpx2.AsyncClient.send = send
