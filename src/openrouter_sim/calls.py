"""Whether a tool is called, which one, and with which arguments.

A tool that is offered is called: the one whose name the question speaks of, else the
first. After its result comes an answer, or a tool that says it ends the conversation,
as PydanticAI's output tools do; where a call is required, else the tool listed last.
"""

import re
from typing import Any

from openrouter_sim.asked import Asked, Json
from openrouter_sim.errors import ApiError
from openrouter_sim.hints import Hints
from openrouter_sim.schema import fill
from openrouter_sim.scripts import ToolCall
from openrouter_sim.wellformed import UnfillableError

ENDING = "ends this conversation"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
EMPTY_WORDS = {
    "get",
    "set",
    "the",
    "for",
    "and",
    "with",
    "from",
    "tool",
    "what",
    "this",
}


def wanted_calls(asked: Asked) -> tuple[ToolCall, ...]:
    """The calls that the reply consists of; none where it is to be text."""
    choice = asked.body.get("tool_choice")
    if choice == "none" or not asked.functions:
        return ()
    if isinstance(choice, dict) and "function" in choice:
        chosen = [named(asked, choice)]
    elif asked.results:
        chosen = last_calls(asked, required=choice == "required")
    else:
        chosen = first_calls(asked)
    return tuple(call(function, asked) for function in chosen)


def first_calls(asked: Asked) -> list[Json]:
    """The tools to call before any has answered."""
    tools = [tool for tool in asked.functions if not is_ending(tool)]
    tools = tools or asked.functions
    chosen = mentioned(tools, asked) or tools[:1]
    return chosen[:1] if asked.body.get("parallel_tool_calls") is False else chosen


def last_calls(asked: Asked, *, required: bool) -> list[Json]:
    """The tool to call after others have answered: one that ends the conversation."""
    endings = [tool for tool in asked.functions if is_ending(tool)]
    if required:
        endings = endings or asked.functions[-1:]
    return (mentioned(endings, asked) or endings)[:1]


def is_ending(tool: Json) -> bool:
    """Whether the tool's description says that it ends the conversation."""
    return ENDING in str(tool.get("description"))


def named(asked: Asked, choice: Json) -> Json:
    """The tool that `choice` names. Raises `ApiError` 400 if it is not offered."""
    function = choice["function"]
    name = function.get("name") if isinstance(function, dict) else function
    for offered in asked.functions:
        if offered["name"] == name:
            return offered
    raise ApiError(400, f"Tool choice `{str(name)[:60]}` is not among the tools")


def mentioned(tools: list[Json], asked: Asked) -> list[Json]:
    """Those of `tools` that share a word with the question."""
    said = set(map(str.lower, WORD.findall(asked.question[:10_000])))
    return [tool for tool in tools if said & (words(tool["name"]) - EMPTY_WORDS)]


def words(name: str) -> set[str]:
    """The words in the name of a tool, those of two letters and less left out."""
    return {word.lower() for word in WORD.findall(name[:200]) if len(word) > 2}


def call(function: Json, asked: Asked) -> ToolCall:
    """A call of `function` with arguments that its schema allows."""
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    name = function["name"]
    arguments = filled(schema, asked, f"function '{name[:60]}'")
    return ToolCall(name, arguments if isinstance(arguments, dict) else {})


def filled(schema: Any, asked: Asked, where: str) -> Any:
    """A value for `schema`. Raises `ApiError` 400 if there is none."""
    try:
        return fill(schema, Hints(asked.question))
    except UnfillableError as error:
        raise ApiError(400, f"Invalid schema for {where}: {error}") from None
