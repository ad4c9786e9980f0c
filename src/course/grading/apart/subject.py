"""The process with the answer: it calls what it is asked to call, and tells the rest.

    {"name": "resolve_alias", "method": "", "args": …, "kwargs": …}
    {"value": …, "after": …}    or    {"error": {…}, "after": …}

`after` holds the arguments as the call left them, if it changed them.
"""

import builtins
import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from course.expect import is_learners_file
from course.grading.apart.wire import NotSentError, decode, encode
from course.grading.inside.recorder import in_words
from course.grading.order import Order
from course.readable import unreadable
from course.reporter import import_failure

MOST_TEXT = 4_000


def run(order: Order, place: Path, requests: int, replies: int) -> None:
    """Import the answer in `place`, then do what comes through `requests`."""
    sys.path.insert(0, str(place))
    write = os.fdopen(replies, "w", encoding="utf-8")

    def reply(**facts: Any) -> None:
        write.write(json.dumps(facts) + "\n")
        write.flush()

    problem = unreadable(place / f"{order.module}.py")
    try:
        module = None if problem else importlib.import_module(order.module)
    except BaseException as error:
        problem = in_words(import_failure, error)
    if problem or module is None:
        reply(broken=problem)
        return
    reply(names=_names(vars(module)))
    with os.fdopen(requests, encoding="utf-8") as lines:
        for line in lines:
            reply(**_done(vars(module), json.loads(line)))


def _names(content: Mapping[str, Any]) -> dict[str, Any]:
    """What there is: a function, a map, or a plain value."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        if name.startswith("_") or inspect.ismodule(value):
            continue
        if isinstance(value, Mapping):
            found[name] = {"kind": "map"}
        elif callable(value):
            found[name] = {"kind": "function"}
        else:
            with suppress(Exception):  # such as a logger: no test asks for it
                found[name] = {"kind": "value", "value": encode(value, objects=True)}
    return found


def _done(content: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    args, kwargs = decode(asked["args"]), decode(asked["kwargs"])
    may_change = not all(isinstance(v, str) for v in (*args, *kwargs.values()))
    before = _encoded(args, kwargs) if may_change else ""
    result: dict[str, Any]
    try:
        target = content[asked["name"]]
        if asked["method"]:
            value = _method(target, asked["method"], args)
        else:
            value = target(*args, **kwargs)
        result = {"value": encode(value, objects=True)}
    except NotSentError as error:
        result = {"error": _error(TypeError(str(error)))}
    except BaseException as error:
        result = {"error": _error(error)}
    after = _encoded(args, kwargs) if may_change else ""
    return result | ({"after": after} if after != before else {})


def _encoded(args: Any, kwargs: Any) -> str:
    try:
        return encode([args, kwargs], objects=True)
    except Exception:
        return encode([[], {}], objects=True)


def _method(target: Any, name: str, args: list[Any]) -> Any:
    """Call a method, by way of its type as operators do; a view becomes a list."""
    function = getattr(type(target), name)
    value = function(target, *args)
    if isinstance(value, Iterator) or name in ("keys", "values", "items"):
        return list(value)
    return value


def _error(error: BaseException) -> dict[str, Any]:
    """What an error is, says and carries."""
    bases = [k.__name__ for k in type(error).__mro__ if _is_builtin(k)]
    held = {n: v for n, v in vars(error).items() if not n.startswith("_")}
    try:
        text = str(error)[:MOST_TEXT]
        notes = [str(note)[:MOST_TEXT] for note in getattr(error, "__notes__", [])]
        carried = encode(held, objects=True)
    except BaseException as worse:
        text, notes = f"its message cannot be shown ({type(worse).__name__})", []
        carried = encode({}, objects=True)
    return {
        "type": type(error).__name__,
        "base": bases[0] if bases else "Exception",
        "text": text,
        "notes": notes,
        "held": carried,
        "line": _line(error),
    }


def _is_builtin(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind


def _line(error: BaseException) -> int:
    """The last line of the answer that `error` went through; 0 for none."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if is_learners_file(trace.tb_frame.f_code.co_filename):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
