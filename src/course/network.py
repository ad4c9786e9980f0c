"""Refuses every connection that leaves this machine.

Lessons, exercises and tests call a local OpenRouter. If one of them called the real
one by mistake, it would cost money and fail for whoever has no key, so it is stopped
before the first byte. `COURSE_LIVE=1` in the environment lifts the ban.

Covers what this Python process does through `socket`; knows nothing of other
processes, nor of a C library that opens sockets by itself.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

LIVE = "COURSE_LIVE"


class NetworkRefused(BaseException):
    """Something tried to leave this machine.

    No `Exception`, on purpose: neither an `except Exception` nor a client that tries
    again can hide it.
    """


refused: list[str] = []
"""The hosts that were refused, oldest first: for those who must notice."""

_state = {"installed": False, "forbidden": False}
_CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def is_live() -> bool:
    """Whether the learner asked for real calls, by name."""
    return os.environ.get(LIVE) == "1"


def stay_on_this_machine() -> None:
    """Refuse the network from now on, and forget API keys, unless `COURSE_LIVE=1`.

    A proxy knows nothing of this machine: it is passed by, in either case.
    """
    if is_live():
        _pass_proxies_by("127.0.0.1", "localhost")
        return
    _pass_proxies_by("*")
    for name in [name for name in os.environ if name.endswith("_API_KEY")]:
        del os.environ[name]
    if not _state["installed"]:
        sys.addaudithook(_audit)
    _state.update(installed=True, forbidden=True)


def _pass_proxies_by(*hosts: str) -> None:
    """Let HTTP clients that are made from now on go to `hosts` directly."""
    for name in ("NO_PROXY", "no_proxy"):
        named = [host.strip() for host in os.environ.get(name, "").split(",")]
        all_of_them = dict.fromkeys([*filter(None, named), *hosts])
        os.environ[name] = "*" if "*" in all_of_them else ",".join(all_of_them)


def allow_everything() -> None:
    """Lift the ban: for the tests of this module."""
    _state["forbidden"] = False


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _state["forbidden"]:
        return
    if event in _LOOK_UPS:
        _refuse_unless_local(args[0])
    elif event in _CALLS and isinstance(args[1], tuple) and args[1]:
        _refuse_unless_local(args[1][0])


def _refuse_unless_local(host: object) -> None:
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or not host:  # no address of the internet
        return
    name = host
    if name.lower() in ("localhost", socket.gethostname().lower()):
        return
    if _is_loopback(name):
        return
    refused.append(name)
    raise NetworkRefused(
        f"This code tried to reach `{name}`. Nothing in the course leaves this "
        "machine: was a `base_url` forgotten, or a call not mocked? "
        f"To call the real service on purpose, set {LIVE}=1."
    )


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
