"""Finds out whether a file of tests can keep anything from one run to the next.

If it cannot, there is no need to import it anew between two runs: that takes as long as
a test. Where in doubt, it can. State that is not its own (a file, another module) is
left out of account: to import the file anew would not change it either.
"""

import ast
from collections.abc import Iterator
from functools import cache

_REACHES_AROUND = {"globals", "setattr", "vars", "exec", "eval", "sys"}


@cache
def keeps_nothing(source: bytes) -> bool:
    """Whether `source` has imports, functions and constants at its top, and no more."""
    tree = ast.parse(source)
    changes = any(map(_may_change_what_is_at_the_top, ast.walk(tree)))
    return not changes and all(map(_is_stateless, tree.body))


def _may_change_what_is_at_the_top(node: ast.AST) -> bool:
    """By a name that is global, by `f.count = 1`, or in a way that hides it."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        hidden = isinstance(node, ast.Attribute) and node.attr == "__dict__"
        return hidden or not isinstance(node.ctx, ast.Load)
    hidden = isinstance(node, ast.Name) and node.id in _REACHES_AROUND
    return hidden or isinstance(node, ast.Global)


def _is_stateless(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        given = [*statement.args.defaults, *statement.args.kw_defaults]
        return all(map(_is_plain, statement.decorator_list)) and all(
            default is None or _is_constant(default) for default in given
        )
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return statement.value is None or _is_constant(statement.value)
    is_text = isinstance(statement, ast.Expr) and _is_constant(statement.value)
    return is_text or isinstance(statement, ast.Import | ast.ImportFrom)


def _is_plain(decorator: ast.expr) -> bool:
    """`@pytest.fixture`, or a mark with constants: neither counts nor caches."""
    if not isinstance(decorator, ast.Call):
        return ast.unparse(decorator).startswith(("pytest.fixture", "pytest.mark."))
    mark = ast.unparse(decorator.func).startswith("pytest.mark.")
    return mark and all(map(_is_constant, _arguments(decorator)))


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """What is handed over; of a list, what is in it: pytest takes it out of there."""
    for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
        yield from value.elts if isinstance(value, ast.List) else [value]


def _is_constant(value: ast.expr) -> bool:
    """Whether nobody can change it: text, a number, a tuple of them, another name."""
    changeable = (ast.List, ast.Dict, ast.Set, ast.Call, ast.Lambda, ast.comprehension)
    return not any(isinstance(node, changeable) for node in ast.walk(value))
