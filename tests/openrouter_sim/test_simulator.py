"""Starting, stopping, and what is left behind: nothing."""

import asyncio
import socket
import subprocess
import sys
import threading

import httpx2
import pytest

from openrouter_sim import Simulator


def threads_of_simulators() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "openrouter_sim"]


def test_it_serves_on_loopback_and_is_gone_after_the_block():
    with Simulator() as sim:
        assert sim.base_url.startswith("http://127.0.0.1:")
        assert sim.base_url.endswith("/api/v1")
        url = sim.base_url + "/models/count"
        assert httpx2.get(url).status_code == 200
    assert threads_of_simulators() == []
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)


async def test_it_is_an_async_context_manager_too():
    async with Simulator() as sim, httpx2.AsyncClient() as client:
        assert (await client.get(sim.base_url + "/models/count")).status_code == 200
    assert threads_of_simulators() == []


def test_several_run_at_once_and_know_nothing_of_each_other(hello):
    with Simulator() as one, Simulator() as two:
        assert one.base_url != two.base_url
        httpx2.get(one.base_url + "/models/count")
        assert (len(one.requests), len(two.requests)) == (1, 0)


def test_it_can_be_started_again():
    sim = Simulator()
    for _ in range(2):
        with sim:
            assert httpx2.get(sim.base_url + "/models/count").status_code == 200


def test_a_stop_does_not_wait_for_a_stream_that_is_still_running(hello):
    sim = Simulator(pace=60).start()
    headers = {"Authorization": f"Bearer {sim.api_key}"}
    url = sim.base_url + "/chat/completions"
    body = hello | {"stream": True}
    with (
        httpx2.Client(headers=headers, timeout=30) as client,
        client.stream("POST", url, json=body) as reply,
    ):
        assert reply.status_code == 200
        sim.stop()
        assert threads_of_simulators() == []
        with pytest.raises(httpx2.TransportError):
            reply.read()


def test_a_stop_closes_connections_that_are_kept_alive():
    sim = Simulator().start()
    with httpx2.Client() as client:
        client.get(sim.base_url + "/models/count")
        sim.stop()
    assert threads_of_simulators() == []


def test_a_fixed_port_is_used_and_free_again_afterwards():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        with Simulator(port=port) as sim:
            assert sim.base_url == f"http://127.0.0.1:{port}/api/v1"
            httpx2.get(sim.base_url + "/models/count")


def test_a_taken_port_says_what_to_do():
    with Simulator() as sim:
        port = int(sim.base_url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match=f"Port {port} .* choose another"):
            Simulator(port=port).start()


def test_asking_for_the_url_too_early_says_what_to_do():
    with pytest.raises(RuntimeError, match="with Simulator"):
        _ = Simulator().base_url


def test_stopping_twice_is_fine():
    sim = Simulator().start()
    sim.stop()
    sim.stop()


def test_importing_it_brings_in_no_framework():
    code = (
        "import sys, openrouter_sim\n"
        "heavy = {'starlette', 'uvicorn', 'pydantic', 'openai', 'httpx2'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_ctrl_c_ends_the_wait(monkeypatch):
    sim = Simulator().start()

    def interrupt(self: threading.Thread, timeout: float | None = None) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "join", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sim.wait()
    sim.stop()
    assert threads_of_simulators() == []


async def test_many_requests_at_once_are_all_answered(hello):
    async with Simulator() as sim:
        headers = {"Authorization": f"Bearer {sim.api_key}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
            url = sim.base_url + "/chat/completions"
            replies = await asyncio.gather(
                *[client.post(url, json=hello) for _ in range(200)]
            )
        assert [reply.status_code for reply in replies] == [200] * 200
        assert len({reply.json()["id"] for reply in replies}) == 200
