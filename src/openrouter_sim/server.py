"""A uvicorn server in a thread of its own: ready when started, gone when stopped."""

import asyncio
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from openrouter_sim.corked import CorkedProtocol

HOST = "127.0.0.1"
BACKLOG = 2_048


def listen(port: int) -> socket.socket:
    """A socket on the loopback interface; port 0 is any free one.

    Raises `OSError` with the next step if the port is taken.
    """
    # Named TCP, or asyncio would leave Nagle on and each reply would take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: else a port can be stolen
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise OSError(
            error.errno,
            f"Port {port} on {HOST} cannot be used ({error.strerror}): choose another, "
            "or 0 for a free one",
        ) from None
    listener.listen(BACKLOG)
    return listener


class StoppableServer(uvicorn.Server):
    """Uvicorn that says when it is ready, and stops at once when it is told to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    async def main_loop(self) -> None:
        """Serves until `stop`."""
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        await self._stopping.wait()

    def stop(self) -> None:
        """Ends `main_loop`, from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closes all, what is still being sent included."""
        for server in self.servers:
            server.close()
        running = list(self.server_state.tasks)
        for task in running:
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.gather(*running, return_exceptions=True)


class Droppable:
    """Gives each request `scope["drop"]`, which closes its connection unanswered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.server: StoppableServer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        scope["drop"] = lambda: self.drop(scope["client"])
        await self.app(scope, receive, send)

    def drop(self, client: tuple[str, int]) -> None:
        """Closes the connection of `client` after what is already written."""
        assert self.server is not None
        for connection in list(self.server.server_state.connections):
            if connection.transport.get_extra_info("peername") == client:
                connection.transport.close()


class BackgroundServer:
    """An application served on `listener` by a thread that ends with `stop`."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        droppable = Droppable(app)
        self._server = StoppableServer(quiet_config(droppable))
        droppable.server = self._server
        self._listener = listener
        self._thread = threading.Thread(
            target=self._run, name="openrouter_sim", daemon=True
        )

    def start(self) -> None:
        """Returns when requests are answered."""
        self._thread.start()
        self._server.ready.wait()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._server.serve(sockets=[self._listener]))

    def stop(self) -> None:
        """Returns when the thread has ended and the port is free again."""
        self._server.stop()
        self._thread.join()

    def wait(self, seconds: float | None = None) -> None:
        """Returns when the server has stopped, or after `seconds`."""
        self._thread.join(seconds)


def quiet_config(app: Callable[..., object]) -> uvicorn.Config:
    """Uvicorn without logs, lifespan, WebSockets or headers that give it away."""
    return uvicorn.Config(
        app,
        http=CorkedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        backlog=BACKLOG,
    )
