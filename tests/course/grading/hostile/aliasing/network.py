# due 0: calls home
#: starter
import socket, urllib.request
try: socket.create_connection(('203.0.113.1', 80), 1)
except BaseException: pass
try: urllib.request.urlopen('http://203.0.113.1/solution', timeout=1)
except BaseException: pass
