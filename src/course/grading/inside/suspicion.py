"""Reads an answer before it runs, and finds what reaches behind what it was handed.

A function that a test hands over leads to the objects of the test, through attributes
that no exercise needs. What is spelled out is found; what is put together at run time
is not: this is a look at the text, no proof.
"""

import ast
from collections.abc import Iterator

_BEHIND = {
    *("__self__", "__func__", "__closure__", "cell_contents", "__globals__"),
    *("f_back", "f_locals", "f_globals", "f_builtins", "tb_frame", "tb_next"),
    *("gi_frame", "cr_frame", "ag_frame", "__subclasses__", "meta_path"),
    *("pluginmanager", "_current_frames", "get_objects", "get_referrers"),
}
_OURS = {"_pytest", "pluggy", "pytest_httpx2", "course.grading", "course.expect"}


def suspicions(source: bytes) -> Iterator[str]:
    """What reaches too far, in words, each once."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(source)):
        for word in _words(node):
            found.setdefault(word, getattr(node, "lineno", 0))
    for word, line in found.items():
        yield f"Line {line} uses `{word}`: it reaches behind what it was handed."


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr in _BEHIND:
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from {node.value} & _BEHIND
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_ours(alias.name))
    elif isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
        yield node.module


def _is_ours(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in _OURS)
