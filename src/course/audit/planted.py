"""Answers that must not pass, made for any exercise from its solution.

The cheats are the eight that once gave exit status 0, or looked as if nothing had
failed; the leaks reach for the network, or answer in the network's place.
"""

import ast

_AT_IMPORT = {
    "os._exit(0)": "import os\nos._exit(0)",
    "SystemExit": "raise SystemExit(0)",
    "skip of the module": (
        "import pytest\npytest.skip('later', allow_module_level=True)"
    ),
    "pytest.exit": "import pytest\npytest.exit('done', returncode=0)",
}
_CALLS = {
    "skip in a function": "import pytest\ndef _cheat(*a, **k): pytest.skip('later')",
    "xfail in a function": "import pytest\ndef _cheat(*a, **k): pytest.xfail('so')",
}
_EQUALS_EVERYTHING = """
class _Anything:
    __hash__ = object.__hash__
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __call__(self, *args, **kwargs): return self
    def __getattr__(self, name): return self
    def __getitem__(self, key): return self
    def __contains__(self, key): return True
    def __iter__(self): return iter([self])
    def __await__(self):
        return self
        yield
_cheat = _Anything()
"""
CONFTEST = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome = "passed"
    return report
"""
_LEAK = """
import functools, socket
def _leaking(function):
    @functools.wraps(function)
    def leak(*args, **kwargs):
        try:
            socket.create_connection(("203.0.113.1", 443), timeout=1)
        except BaseException:
            pass
        return function(*args, **kwargs)
    return leak
for _name in {names}:
    _thing = globals()[_name]
    if isinstance(_thing, type):
        _thing.__init__ = _leaking(_thing.__init__)
    else:
        globals()[_name] = _leaking(_thing)
"""
_ANSWERS_ITSELF = """
import httpx, httpx2
def _reply(request):
    reply = {"id": "gen-1", "object": "chat.completion", "created": 1, "model": "a/b",
        "provider": "P", "data": [], "usage": {"prompt_tokens": 1,
        "completion_tokens": 1, "total_tokens": 2}, "choices": [{"index": 0,
        "finish_reason": "stop", "native_finish_reason": "stop",
        "message": {"role": "assistant", "content": "Hello!"}}]}
    kind = httpx2 if type(request).__module__.startswith("httpx2") else httpx
    return kind.Response(200, json=reply, request=request)
async def _send_async(self, request, **kwargs): return _reply(request)
def _send(self, request, **kwargs): return _reply(request)
for _kind in (httpx, httpx2):
    _kind.AsyncClient.send, _kind.Client.send = _send_async, _send
"""


def public_names(source: str, *, constants: bool = False) -> list[str]:
    """The public functions and classes of `source`, and with `constants` the rest."""
    names: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif constants and isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [t.id for t in targets if isinstance(t, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def cheats(solution: str) -> dict[str, str]:
    """Sources that no check may let pass, by the name of the trick."""
    made = {name: f"{solution}\n{code}\n" for name, code in _AT_IMPORT.items()}
    calls = public_names(solution)
    for name, code in _CALLS.items():
        made[name] = f"{solution}\n{code}\n{_put_in_place_of(calls)}"
    everything = _put_in_place_of(public_names(solution, constants=True))
    made["equals everything"] = f"{solution}\n{_EQUALS_EVERYTHING}\n{everything}"
    return made


def _put_in_place_of(names: list[str]) -> str:
    return f"for _name in {names}:\n    globals()[_name] = _cheat\n"


def leaks(solution: str) -> dict[str, str]:
    """Right answers that try to leave the machine, or that never reach the mock."""
    connect = "import socket\nsocket.create_connection(('203.0.113.1', 443), 1)\n"
    return {
        "connects at import": f"{solution}\n{connect}",
        "connects and hides it": solution
        + _LEAK.replace("{names}", str(public_names(solution))),
        "answers itself": f"{solution}\n{_ANSWERS_ITSELF}",
    }
