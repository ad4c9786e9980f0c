"""Requests per second of the simulator, plain and streamed, beside other mock servers.

Not part of the default run:

    uv run --with stubllm --with fakellm pytest tests/benchmarks/bench_simulator.py -s

Each server runs in a process of its own and gets the same requests over as many
connections, in turns; the best of its rounds counts, as other work on the machine only
slows it down. A server that is not installed is left out.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

CONNECTIONS = 32
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000"))
ROUNDS = 5
SIMULATOR = """
import sys
from openrouter_sim import Simulator
with Simulator(port=int(sys.argv[1]), pace=0) as sim:
    sim.wait()
"""


@dataclass(frozen=True)
class Target:
    """A server to measure: how it is started, and where it takes chats."""

    name: str
    command: tuple[str, ...]
    path: str

    @property
    def is_installed(self) -> bool:
        return shutil.which(self.command[0]) is not None


CHAT = "/v1/chat/completions"
TARGETS: list[Callable[[int], Target]] = [
    lambda port: Target(
        "openrouter_sim", (sys.executable, "-c", SIMULATOR, str(port)), "/api" + CHAT
    ),
    lambda port: Target(
        "stubllm",
        ("stubllm", "serve", "--port", str(port), "--log-level", "critical"),
        CHAT,
    ),
    lambda port: Target("fakellm", ("fakellm", "serve", "--port", str(port)), CHAT),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(target: Target, port: int) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(target.command, stdout=quiet, stderr=quiet)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def request_bytes(path: str, *, stream: bool) -> bytes:
    body = json.dumps(
        {
            "model": "openai/gpt-4o",
            "messages": [{"role": "user", "content": "Say something short"}],
            "stream": stream,
        }
    ).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer sk-or-v1-bench"
        f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def client(port: int, request: bytes, count: int) -> int:
    """Sends `count` requests over one connection; returns the bytes that came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = 0
    for _ in range(count):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        received += len(await body_of(head.lower(), reader))
    writer.close()
    await writer.wait_closed()
    return received


async def body_of(head: bytes, reader: asyncio.StreamReader) -> bytes:
    if b"content-length:" in head:
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        return await reader.readexactly(length)
    return await reader.readuntil(b"\r\n0\r\n\r\n")


async def load(port: int, request: bytes) -> float:
    """Requests per second over all connections."""
    await client(port, request, 20)
    started = time.perf_counter()
    share = REQUESTS // CONNECTIONS
    await asyncio.gather(*[client(port, request, share) for _ in range(CONNECTIONS)])
    return share * CONNECTIONS / (time.perf_counter() - started)


@pytest.fixture(scope="module")
def servers() -> Iterator[list[tuple[Target, int]]]:
    """All servers, each on its port; those that wait their turn cost nothing."""
    with ExitStack() as stack:
        started = []
        for target_on in TARGETS:
            port = free_port()
            target = target_on(port)
            if target.is_installed:
                stack.enter_context(running(target, port))
                started.append((target, port))
        yield started


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_requests_per_second(servers, stream, capsys):
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for target, port in servers:
            request = request_bytes(target.path, stream=stream)
            rate = asyncio.run(load(port, request))
            best[target.name] = max(rate, best.get(target.name, 0))
    with capsys.disabled():
        for name, rate in best.items():
            print(f"\n{name:16} {rate:8.0f} requests/s", end="")
    assert best["openrouter_sim"] >= max(best.values()) * 0.9
