# due 0: sleep does not wait
#: starter
import asyncio, time
async def sleep(*a, **k): return None
asyncio.sleep = sleep
time.sleep = lambda *a: None
