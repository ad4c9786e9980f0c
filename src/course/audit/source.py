"""Reads Python source without importing it."""

import ast
from collections.abc import Iterator

_CLOCKS = {
    "time.sleep",
    "time.time",
    "time.time_ns",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
}
_TELLERS = {"fail", "returns", "raises"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def surface_differences(starter: str, solution: str) -> Iterator[str]:
    """How the public names, signatures, fields and docstrings of two sources differ."""
    one, other = _surface(ast.parse(starter)), _surface(ast.parse(solution))
    for name in sorted({*one} | {*other}):
        if name not in one or name not in other:
            where = "solution" if name not in one else "starter"
            yield f"`{name}` is only in the {where}"
        elif one[name] != other[name]:
            yield f"`{name}` has another signature, type or docstring"


def _surface(module: ast.Module) -> dict[str, str]:
    found = {"the module": str(ast.get_docstring(module))}
    for node in module.body:
        if isinstance(node, Definition):
            found |= _described(node, "")
        else:
            found |= dict(_assigned(node, ""))
    return {name: text for name, text in found.items() if not _private(name)}


def _private(name: str) -> bool:
    return any(p.startswith("_") and p != "__init__" for p in name.split("."))


def _described(node: Definition, prefix: str) -> dict[str, str]:
    name, docstring = f"{prefix}{node.name}", ast.get_docstring(node)
    worn = "".join(f"@{ast.unparse(each)} " for each in node.decorator_list)
    if not isinstance(node, ast.ClassDef):
        kind = type(node).__name__
        returns = ast.unparse(node.returns) if node.returns else ""
        arguments = ast.unparse(node.args)
        return {name: f"{worn}{kind}({arguments}) -> {returns}: {docstring}"}
    bases = [ast.unparse(base) for base in node.bases]
    found = {name: f"{worn}class({bases}): {docstring}"}
    for inner in node.body:
        if isinstance(inner, Definition):
            found |= _described(inner, f"{name}.")
        else:
            found |= dict(_assigned(inner, f"{name}."))
    return found


def _assigned(node: ast.stmt, prefix: str) -> Iterator[tuple[str, str]]:
    """Each name that `node` gives a value, and what is annotated; the value is free."""
    if isinstance(node, ast.AnnAssign):
        yield f"{prefix}{ast.unparse(node.target)}", ast.unparse(node.annotation)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield f"{prefix}{ast.unparse(target)}", ""


def tests_that_take(source: str, fixture: str) -> set[str]:
    """The names of the tests in `source` that take `fixture`."""
    return {
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and fixture in {argument.arg for argument in node.args.args}
    }


def clock_calls(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every look at the real clock, and of every real sleep."""
    module = ast.parse(source)
    plain = dict(_plain_names(module))
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute | ast.Name):
            text = plain.get(ast.unparse(node), ast.unparse(node))
            if ".".join(text.split(".")[-2:]) in _CLOCKS:
                yield node.lineno, text
        elif isinstance(node, ast.Call) and _really_sleeps(node):
            yield node.lineno, ast.unparse(node)


def _plain_names(module: ast.Module) -> Iterator[tuple[str, str]]:
    """`sleep` is `time.sleep`, after `from time import sleep`."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                yield alias.asname or alias.name, f"time.{alias.name}"


def _really_sleeps(call: ast.Call) -> bool:
    if ast.unparse(call.func) != "asyncio.sleep" or not call.args:
        return False
    return not (isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)


def repeated_calls(source: str, module: str) -> Iterator[int]:
    """Lines that call what `module` holds, while they tell of a failure.

    Told is what `fail`, `returns` and `raises` are given, and what an assert says.
    """
    tree = ast.parse(source)
    theirs = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }
    for told in _told(tree):
        for call in ast.walk(told):
            if isinstance(call, ast.Call):
                owner, _, name = ast.unparse(call.func).rpartition(".")
                if name in theirs or owner == module:
                    yield call.lineno


def _told(tree: ast.Module) -> Iterator[ast.expr]:
    """The expressions that are reckoned only to tell of a failure."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node) in _TELLERS:
            yield from [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assert) and node.msg is not None:
            yield node.msg


def _name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def code_lines(source: str) -> set[str]:
    """The lines of `source` that say something, without any white space.

    A line counts from eight characters on: `else:` and `continue` give nothing away.
    """
    squeezed = ("".join(line.split()) for line in source.splitlines())
    return {line for line in squeezed if len(line) >= 8 and line[0] not in "#\"'"}
