"""Finds the checks in a test file, so that each can be turned into one that must fail.

A *check* is what a test demands: `….returns(E, …)`, `….raises(E, …)`, `assert …`,
`if …: fail(…)`, `with pytest.raises(E)`. What is expected there, or the condition
itself, is wrapped in a call that gives it back as it is; in a second run that call
gives something else for one check of each test. An answer that passes that, too,
follows the test and not the task, or somebody meddled with what compares.

Seeds of chance are wrapped, too: whoever knows the tests knows what they draw.

Only such places are wrapped where turning must make the test fail, whatever the right
answer looks like; not within `try`, `suppress` or functions that others call.
"""

import ast
from collections.abc import Iterator

VALUE, CONDITION, END, SEED = "value", "condition", "end", "seed"
_FAILS = ("fail",)
_SWALLOWS = ("suppress", "raises", "warns")


def wrap_checks(tree: ast.Module, name: str) -> list[str]:
    """Wrap the checks of all functions in `tree` in calls of "name"; of which kinds.

    What is called is a text, for now: a constant, so that no name leads to it.

    Each test has one more at its end, where there is nothing to turn but the outcome.
    """
    wrapper = _Wrapper(name)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            wrapper.block(node.body)
            if node.name.startswith("test_"):
                end = wrapper.wrapped(ast.Constant(None), END)
                node.body.append(ast.copy_location(ast.Expr(end), node.body[-1]))
            wrapper.seeds(node)
    ast.fix_missing_locations(tree)
    return wrapper.kinds


class _Wrapper:
    def __init__(self, name: str) -> None:
        self._name = name
        self.kinds: list[str] = []

    def seeds(self, function: ast.AST) -> None:
        """Wrap the seeds of chance: each answer gets other dice, and keeps them."""
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _called(node) == "Random" and node.args:
                node.args[0] = self.wrapped(node.args[0], SEED)

    def block(self, statements: list[ast.stmt]) -> None:
        for number, statement in enumerate(statements):
            self._statement(statement)
            if isinstance(statement, ast.Assign):
                self._kept_condition(statement, statements[number + 1 :])

    def _kept_condition(self, node: ast.Assign, rest: list[ast.stmt]) -> None:
        """`good = came == E`, if `if not good: fail(…)` comes after it."""
        for later in rest:
            if not (isinstance(later, ast.If) and _ends_in_failure(later.body)):
                continue
            negated = isinstance(later.test, ast.UnaryOp)
            name = (
                later.test.operand
                if isinstance(later.test, ast.UnaryOp)
                else later.test
            )
            if ast.unparse(name) == ast.unparse(node.targets[0]):
                node.value = self._operands(node.value, not negated)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Call() as call):
                self._demand(call)
            case ast.Assert():
                node.test = self._condition(node.test, fails_if=False)
            case ast.If():
                if _ends_in_failure(node.body):
                    node.test = self._condition(node.test, fails_if=True)
                else:
                    self.block(node.body)
                self.block(node.orelse)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.block(node.body)
            case ast.With() | ast.AsyncWith():
                self._with(node)

    def _demand(self, call: ast.Call) -> None:
        """`outcome.returns(E, …)` and `outcome.raises(E, …)`."""
        named = isinstance(call.func, ast.Attribute) and call.func.attr
        if named in ("returns", "raises") and call.args:
            call.args[0] = self.wrapped(call.args[0], VALUE)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        names = [_called(item.context_expr) for item in node.items]
        for item, name in zip(node.items, names, strict=True):
            call = item.context_expr
            if name == "raises" and isinstance(call, ast.Call) and call.args:
                call.args[0] = self.wrapped(call.args[0], VALUE)
        if not any(name in _SWALLOWS for name in names):
            self.block(node.body)

    def _condition(self, node: ast.expr, *, fails_if: bool) -> ast.expr:
        """Wrap `node`, and within it what is compared with, where that decides."""
        return self.wrapped(self._operands(node, fails_if), CONDITION)

    def _operands(self, node: ast.expr, fails_if: bool) -> ast.expr:
        match node:
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self._operands(node.operand, not fails_if)
            case ast.BoolOp(op=ast.Or()) if fails_if:
                node.values = [self._operands(value, True) for value in node.values]
            case ast.BoolOp(op=ast.And()) if not fails_if:
                node.values = [self._operands(value, False) for value in node.values]
            case ast.IfExp():
                node.body = self._operands(node.body, fails_if)
                node.orelse = self._operands(node.orelse, fails_if)
            case ast.Compare(ops=[op], comparators=[right]):
                self._compare(node, op, right, fails_if)
        return node

    def _compare(
        self, node: ast.Compare, op: ast.cmpop, right: ast.expr, fails_if: bool
    ) -> None:
        unequal = ast.NotEq | ast.IsNot if fails_if else ast.Eq | ast.Is
        outside = ast.NotIn if fails_if else ast.In
        if isinstance(op, unequal):
            node.comparators = [self.wrapped(right, VALUE)]
        elif isinstance(op, outside):
            node.left = self.wrapped(node.left, VALUE)

    def wrapped(self, node: ast.expr, kind: str) -> ast.expr:
        """`node` in a call that gives it back."""
        number = ast.Constant(len(self.kinds))
        self.kinds.append(kind)
        return ast.Call(ast.Constant(self._name), [number, node], [])


def _ends_in_failure(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Expr):
        return _called(last.value) in _FAILS
    return isinstance(last, ast.Raise) and "AssertionError" in ast.unparse(last)


def _called(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def names_of(tree: ast.Module) -> Iterator[str]:
    """The test functions in `tree`."""
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef
        ) and node.name.startswith("test_"):
            yield node.name
