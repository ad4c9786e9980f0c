"""The simulator as a lesson holds it: start, script, order a failure, read back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openrouter_sim.faults import STREAM, Fault, StreamTrouble
from openrouter_sim.record import Received
from openrouter_sim.scripts import Text, ToolCall
from openrouter_sim.world import World

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType

    from openrouter_sim.server import BackgroundServer

API_KEY = "sk-or-v1-" + "5157" * 16


class Simulator:
    """An OpenRouter on this machine. Use it with `with` or `async with`.

    `port` 0 takes a free one. `latency` is what each reply waits, in seconds: a number,
    or two bounds between which it is drawn with `seed`. `pace` is the time between two
    pieces of a stream.
    """

    api_key = API_KEY

    def __init__(
        self,
        port: int = 0,
        *,
        latency: float | tuple[float, float] = 0.0,
        pace: float = 0.001,
        seed: int = 0,
    ) -> None:
        self._wanted_port = port
        self._world = World(latency=latency, pace=pace, seed=seed)
        self._server: BackgroundServer | None = None
        self._url = ""

    @property
    def base_url(self) -> str:
        """Stands where `https://openrouter.ai/api/v1` would."""
        if self._server is None:
            raise RuntimeError(
                "The simulator is not running: use `with Simulator() as sim:`, "
                "or call `sim.start()` first."
            )
        return self._url

    @property
    def requests(self) -> tuple[Received, ...]:
        """What was received, newest last; the newest 1,000 are kept."""
        return self._world.log.snapshot()

    def start(self) -> Simulator:
        """Starts serving. Raises `OSError` if the port is taken."""
        from openrouter_sim.app import BASE, build_app
        from openrouter_sim.server import HOST, BackgroundServer, listen

        if self._server is None:
            listener = listen(self._wanted_port)
            self._url = f"http://{HOST}:{listener.getsockname()[1]}{BASE}"
            self._server = BackgroundServer(build_app(self._world), listener)
            self._server.start()
        return self

    def stop(self) -> None:
        """Stops serving; open connections are closed. Does nothing the second time."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def wait(self) -> None:
        """Blocks while the simulator serves; Ctrl-C ends it as `KeyboardInterrupt`."""
        while self._server is not None:
            self._server.wait(0.2)

    def reply(self, text: Text, *, times: int = 1) -> None:
        """Scripts the next reply: a text, or a function from the request to it."""
        self._world.scripts.add(text, times)

    def call_tool(self, name: str, /, **arguments: Any) -> None:
        """Scripts the next reply as a call of the tool `name`."""
        self._world.scripts.add(ToolCall(name, arguments), 1)

    def fail_next(
        self,
        status: int = 500,
        *,
        retry_after: float | datetime | None = None,
        times: int = 1,
        message: str | None = None,
        model: str | None = None,
        inside_200: bool = False,
    ) -> None:
        """The next `times` requests fail with `status`.

        `retry_after` is sent as a header: seconds, or the date of a `datetime`.
        With `model`, only that model fails, so that a list of `models` falls back.
        With `inside_200`, the next chats get HTTP 200 with the error in the body, or
        in the first chunk of a stream.
        """
        self._order(
            Fault(
                "status in 200" if inside_200 else "status",
                times=times,
                status=status,
                message=message,
                retry_after=retry_after,
                model=model,
            )
        )

    def slow_next(
        self, seconds: float, *, times: int = 1, model: str | None = None
    ) -> None:
        """The next `times` requests, or chats with `model`, wait before the reply."""
        self._order(Fault("delay", times=times, seconds=seconds, model=model))

    def drop_next(self, *, times: int = 1) -> None:
        """The next `times` requests get no reply: the connection is closed."""
        self._order(Fault("drop", times=times))

    def break_stream_next(
        self, how: StreamTrouble = "stop", *, after: int = 3, times: int = 1
    ) -> None:
        """The next `times` streams break `after` so many data events.

        They "stop" without an end, send an "error" as a chunk, or send "garbage".
        """
        if how not in STREAM:
            raise ValueError(f"how is `{how}`: give one of {', '.join(STREAM)}.")
        self._order(Fault(how, times=times, after=after, status=502))

    def limit(
        self,
        key: str = API_KEY,
        *,
        credit: float | str | Decimal | None = None,
        free_per_minute: int | None = None,
        free_per_day: int | None = None,
    ) -> None:
        """Limits what `key` may do from now on; None is no limit.

        `credit` is in USD: when it is spent there is a 402. Free models may be
        used so often in a minute and in a day (really 20 and 50), then there is a 429.
        """
        account = self._world.accounts.of(key)
        account.credit = None if credit is None else Decimal(str(credit))
        account.free_per_minute = free_per_minute
        account.free_per_day = free_per_day

    def withdraw(self, model: str) -> None:
        """Takes `model` out of service: GET /models lacks it, and a chat gets a 400."""
        catalogue = self._world.catalogue
        self._world.catalogue = catalogue.without(catalogue.need(model))

    def reset(self) -> None:
        """Forgets scripts, faults, requests, limits, spending and generations.

        Models that were withdrawn are back.
        """
        self._world.reset()

    def _order(self, fault: Fault) -> None:
        if fault.model is not None:
            fault.model = self._world.catalogue.need(fault.model)["id"]
        self._world.orders.add(fault)

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Simulator:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
