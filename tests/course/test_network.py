"""Nothing leaves this machine, and whoever tries hears of it.

The ban is tried in a pytest of its own: once in force it cannot be taken back.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course import network

NAMED = "This code tried to reach `{}`. Nothing in the course leaves this machine"

TRIES = {
    "connect": ("socket.socket().connect(('203.0.113.1', 443))", "203.0.113.1"),
    "connect_ex": ("socket.socket().connect_ex(('203.0.113.1', 443))", "203.0.113.1"),
    "connect_6": (
        "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))",
        "2001:db8::1",
    ),
    "sendto": (
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('203.0.113.2', 53))",
        "203.0.113.2",
    ),
    "sendmsg": (
        "socket.socket(type=socket.SOCK_DGRAM)"
        ".sendmsg([b''], [], 0, ('203.0.113.2', 53))",
        "203.0.113.2",
    ),
    "getaddrinfo": ("socket.getaddrinfo('a.example', 443)", "a.example"),
    "getaddrinfo_bytes": (
        "socket.getaddrinfo(b'openrouter.example', 443)",
        "openrouter.example",
    ),
    "gethostbyname": ("socket.gethostbyname('a.example')", "a.example"),
    "gethostbyname_ex": ("socket.gethostbyname_ex('a.example')", "a.example"),
    "gethostbyaddr": ("socket.gethostbyaddr('203.0.113.3')", "203.0.113.3"),
    "create_connection": ("socket.create_connection(('b.example', 80))", "b.example"),
    "urlopen": ("urllib.request.urlopen('http://c.example/')", "c.example"),
    "httpx": ("httpx.get('http://d.example/', trust_env=False)", "d.example"),
    "httpx2": ("httpx2.get('http://e.example/', trust_env=False)", "e.example"),
    "asyncio": ("asyncio.run(asyncio.open_connection('f.example', 1))", "f.example"),
    "lookalike": ("socket.getaddrinfo('localhost.example', 1)", "localhost.example"),
    "tricky": ("socket.getaddrinfo('127.0.0.1.example', 1)", "127.0.0.1.example"),
}

FINE = {
    "loopback": "serve('127.0.0.1', socket.AF_INET)",
    "loopback_6": "serve('::1', socket.AF_INET6) if socket.has_ipv6 else None",
    "another_loopback": "serve('127.8.8.8', socket.AF_INET)",
    "localhost": "socket.getaddrinfo('localhost', 80)",
    "localhost_bytes": "socket.getaddrinfo(b'LOCALHOST', 80)",
    "nobody": "socket.getaddrinfo(None, 80)",
    "own_name": "look_up_own_name()",
    "pair": "[s.close() for s in socket.socketpair()]",
    "unix": "unix(tmp_path)",
    "udp": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
}

HEAD = """
import asyncio, os, socket, threading, urllib.request
import httpx, httpx2, pytest
from course import network

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

def serve(host, family):
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        with socket.socket(family) as client:
            client.connect(listener.getsockname())

def look_up_own_name():
    try:
        socket.gethostbyname(socket.gethostname())
    except OSError:
        pass

def unix(folder):
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(
        socket.AF_UNIX
    ) as client:
        listener.bind("s")
        listener.listen()
        client.connect("s")

def test_keys_are_forgotten():
    assert [name for name in os.environ if name.endswith("_API_KEY")] == []
    assert os.environ["OPENROUTER_API_KEY_FILE"] == "kept"
"""

HIDDEN = """
def test_hidden_{name}():
    try:
        socket.create_connection(("203.0.113.9", 443), 1)
    except {error}:
        print("swallowed by {error}")
"""

THREAD = """
@pytest.mark.filterwarnings("ignore")
def test_hidden_in_a_thread():
    thread = threading.Thread(target=socket.gethostbyname, args=("thread.example",))
    thread.start()
    thread.join()

def test_the_next_test_is_not_blamed():
    pass
"""


def source() -> str:
    parts = [HEAD, THREAD]
    parts += [
        f"def test_refused_{name}():\n"
        f"    with pytest.raises(network.NetworkRefused) as caught:\n        {code}\n"
        "    print('SAID', caught.value)\n"
        "    assert network.refused\n    network.refused.clear()\n"
        for name, (code, _) in TRIES.items()
    ]
    parts += [
        f"def test_fine_{name}(tmp_path):\n    {code}\n" for name, code in FINE.items()
    ]
    parts += [
        HIDDEN.format(name=error.lower(), error=error)
        for error in ("Exception", "BaseException")
    ]
    return "\n".join(parts)


def pytest_in(folder: Path, *options: str, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    kept.pop("PYTEST_ADDOPTS", None)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "course.pytest_plugin", *options, "-rA"],
        cwd=folder,
        env=kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of a file whose tests try everything."""
    folder = tmp_path_factory.mktemp("network")
    (folder / "test_tries.py").write_text(source())
    keys = {"OPENROUTER_API_KEY": "secret", "X_API_KEY": "secret"}
    return pytest_in(folder, OPENROUTER_API_KEY_FILE="kept", **keys)


def passed(told: str, name: str) -> bool:
    """Whether a test passed, its teardown too."""
    good = f"PASSED test_tries.py::{name}\n" in told
    return good and f"ERROR test_tries.py::{name} " not in told


@pytest.mark.parametrize("name", TRIES)
def test_what_would_leave_is_refused_with_a_sentence(told: str, name: str) -> None:
    assert passed(told, f"test_refused_{name}")
    section = re.split(rf"_ test_refused_{name} _", told)[1].split("\n___")[0]
    assert f"SAID {NAMED.format(TRIES[name][1])}: was a `base_url`" in section
    assert "To call the real service on purpose, set COURSE_LIVE=1." in section


@pytest.mark.parametrize("name", FINE)
def test_what_stays_here_is_fine(told: str, name: str) -> None:
    assert passed(told, f"test_fine_{name}")


@pytest.mark.parametrize("name", ["exception", "baseexception"])
def test_who_hides_the_error_fails_all_the_same(told: str, name: str) -> None:
    assert re.search(rf"(FAILED|ERROR) test_tries.py::test_hidden_{name} - ", told)
    assert "swallowed by Exception" not in told


def test_a_thread_is_no_way_out(told: str) -> None:
    assert "The code tried to reach `thread.example`. Every call must be mocked" in told
    assert passed(told, "test_the_next_test_is_not_blamed")


def test_keys_are_forgotten(told: str) -> None:
    assert passed(told, "test_keys_are_forgotten")


def test_who_asks_for_the_real_service_by_name_gets_it(tmp_path: Path) -> None:
    (tmp_path / "test_live.py").write_text(
        "import os, socket\n"
        "from course import network\n"
        "def test_live():\n"
        "    assert os.environ['OPENROUTER_API_KEY'] == 'secret'\n"
        "    network._audit('socket.connect', (None, ('203.0.113.1', 443)))\n"
        "    assert not network.refused\n"
    )
    live = {"COURSE_LIVE": "1", "OPENROUTER_API_KEY": "secret"}
    assert "1 passed" in pytest_in(tmp_path, **live)
    live["COURSE_LIVE"] = "yes"
    assert "KeyError: 'OPENROUTER_API_KEY'" in pytest_in(tmp_path, **live)


def test_this_very_run_is_under_the_ban() -> None:
    if network.is_live():
        pytest.skip("COURSE_LIVE=1")
    with pytest.raises(
        network.NetworkRefused, match=r"tried to reach `203\.0\.113\.1`"
    ):
        network._audit("socket.connect", (None, ("203.0.113.1", 443)))
    network.refused.clear()


@pytest.mark.parametrize("address", [(0, 0), (2, 1), (), "/tmp/s", b"\0s", None])
def test_addresses_that_are_not_of_the_internet(address: object) -> None:
    network._audit("socket.connect", (None, address))


PROXIED = """
import httpx, httpx2, os, urllib.request
from course import network
from openrouter_sim import Simulator
network.stay_on_this_machine()
network.stay_on_this_machine()
with Simulator() as sim:
    page = f"{sim.base_url}/models/count"
    print(httpx.get(page).status_code, httpx2.get(page).status_code)
    print(urllib.request.urlopen(page).status, os.environ["NO_PROXY"])
"""


@pytest.mark.parametrize(
    ("environment", "passed_by"),
    [
        ({}, "*"),
        ({"NO_PROXY": "intern.example"}, "*"),
        ({"COURSE_LIVE": "1"}, "127.0.0.1,localhost"),
        (
            {"COURSE_LIVE": "1", "NO_PROXY": "a.example, localhost"},
            "a.example,localhost,127.0.0.1",
        ),
        ({"COURSE_LIVE": "1", "NO_PROXY": "*"}, "*"),
    ],
)
def test_behind_a_proxy_this_machine_is_reached_directly(
    environment: dict[str, str], passed_by: str
) -> None:
    proxies = dict.fromkeys(["HTTP_PROXY", "http_proxy"], "http://127.0.0.1:9")
    ours = ("COURSE_LIVE", "NO_PROXY", "no_proxy")
    kept = {k: v for k, v in os.environ.items() if k not in ours}
    done = subprocess.run(
        [sys.executable, "-c", PROXIED],
        env=kept | proxies | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"200 200\n200 {passed_by}\n", done.stderr
