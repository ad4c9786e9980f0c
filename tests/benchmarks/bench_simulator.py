"""Requests per second of the simulator, plain and streamed, beside other mock servers.

Not part of the default run:

    uv run --with stubllm --with fakellm pytest tests/benchmarks/bench_simulator.py -s

Each server runs in a process of its own, one after another in turns, and gets the same
requests over as many connections. A server that is not installed is left out.
"""

import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

CONNECTIONS = 32
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1500"))
ROUNDS = 3
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


def targets(port: int) -> list[Target]:
    chat = "/v1/chat/completions"
    stub = ("stubllm", "serve", "--port", str(port), "--log-level", "critical")
    fake = ("fakellm", "serve", "--port", str(port))
    ours = (sys.executable, "-c", SIMULATOR, str(port))
    known = [
        Target("openrouter_sim", ours, "/api" + chat),
        Target("stubllm", stub, chat),
        Target("fakellm", fake, chat),
    ]
    return [target for target in known if target.is_installed]


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


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_requests_per_second(stream, capsys):
    port = free_port()
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for target in targets(port):
            request = request_bytes(target.path, stream=stream)
            with running(target, port):
                rate = asyncio.run(load(port, request))
            found.setdefault(target.name, []).append(rate)
    rates = {name: statistics.median(rounds) for name, rounds in found.items()}
    with capsys.disabled():
        for name, rate in rates.items():
            print(f"\n{name:16} {rate:8.0f} requests/s", end="")
    assert rates["openrouter_sim"] >= max(rates.values()) * 0.9
