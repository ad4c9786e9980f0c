"""Whether the body of a chat request has the right types; what is unknown passes.

The fields and bounds are those of the official description of ChatRequest. A message
names the field, what came and what was wanted.
"""

from typing import Any

from openrouter_sim.errors import ApiError

NAMES = {str: "a string", bool: "a boolean", dict: "an object", list: "an array"}
NAMES |= {int: "an integer", float: "a number", type(None): "null"}

TYPES: dict[str, type] = {
    "model": str,
    "models": list,
    "stream": bool,
    "tools": list,
    "plugins": list,
    "modalities": list,
    "provider": dict,
    "reasoning": dict,
    "response_format": dict,
    "stream_options": dict,
    "logit_bias": dict,
    "metadata": dict,
    "seed": int,
    "top_k": int,
    "logprobs": bool,
    "parallel_tool_calls": bool,
    "user": str,
    "session_id": str,
    "reasoning_effort": str,
}
# field -> (type, least, most)
RANGES: dict[str, tuple[type, float, float]] = {
    "max_tokens": (int, 1, float("inf")),
    "max_completion_tokens": (int, 1, float("inf")),
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "min_p": (float, 0, 1),
    "top_a": (float, 0, 1),
    "frequency_penalty": (float, -2, 2),
    "presence_penalty": (float, -2, 2),
    "repetition_penalty": (float, 0, 2),
    "top_logprobs": (int, 0, 20),
}
CHOICES = ("none", "auto", "required")
FORMATS = ("text", "json_object", "json_schema", "grammar", "python")
ROLES = ("system", "developer", "user", "assistant", "tool")


def invalid(where: str, came: Any, wanted: str) -> ApiError:
    """The 400 for a value that does not fit; long values are not repeated."""
    shown = f"`{came}`" if isinstance(came, str | int | float) else kind(came)
    if len(shown) > 60:
        shown = kind(came)
    return ApiError(400, f"Invalid input: `{where}` is {shown}, expected {wanted}")


def kind(value: Any) -> str:
    """What `value` is, in the words of JSON."""
    return NAMES.get(type(value), "something else")


def is_a(value: Any, wanted: type) -> bool:
    """Whether `value` is of the JSON type `wanted`; true and false are no numbers."""
    if wanted in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, int | float if wanted is float else wanted)


def need(value: Any, wanted: type, where: str) -> Any:
    """`value`, if it is of the type `wanted`. Raises `ApiError` 400 otherwise."""
    if not is_a(value, wanted):
        raise invalid(where, value, NAMES[wanted])
    return value


def check(body: Any) -> dict[str, Any]:
    """`body`, if it is a chat request. Raises `ApiError` 400 that names the field."""
    if not isinstance(body, dict):
        raise ApiError(400, f"Invalid input: the body is {kind(body)}, not an object")
    for name, value in body.items():
        if value is not None:
            check_field(name, value)
    check_choices(body)
    check_messages(body.get("messages"))
    check_names(body)
    for index, tool in enumerate(body.get("tools") or []):
        check_tool(tool, f"tools[{index}]")
    return body


def check_field(name: str, value: Any) -> None:
    """One field at the top of the body."""
    if name in TYPES:
        need(value, TYPES[name], name)
    if name in RANGES:
        wanted, least, most = RANGES[name]
        need(value, wanted, name)
        if not least <= value <= most:
            raise invalid(name, value, f"a value from {least:g} to {most:g}")
    if name == "stop" and not is_a(value, str):
        texts = need(value, list, name)
        if len(texts) > 4 or not all(is_a(text, str) for text in texts):
            raise invalid(name, value, "a string or at most 4 strings")


def check_choices(body: dict[str, Any]) -> None:
    """`tool_choice` and `response_format`: one of the known words, or an object."""
    choice = body.get("tool_choice")
    if choice is not None and not is_a(choice, dict) and choice not in CHOICES:
        raise invalid(
            "tool_choice", choice, "an object or one of " + ", ".join(CHOICES)
        )
    if body.get("response_format") is not None:
        kind_of_format = body["response_format"].get("type")
        if kind_of_format not in FORMATS:
            wanted = "one of " + ", ".join(FORMATS)
            raise invalid("response_format.type", kind_of_format, wanted)


def check_names(body: dict[str, Any]) -> None:
    """`model` and `models`: one of them at least, and only strings."""
    for index, name in enumerate(body.get("models") or []):
        need(name, str, f"models[{index}]")
    if not (body.get("model") or body.get("models")):
        raise ApiError(400, "No models provided")


def check_messages(messages: Any) -> None:
    """`messages`: at least one, each with a role and fitting content."""
    if messages is None:
        raise ApiError(400, 'Input required: specify "prompt" or "messages"')
    if not need(messages, list, "messages"):
        raise invalid("messages", messages, "at least one message")
    for index, message in enumerate(messages):
        check_message(message, f"messages[{index}]")


def check_message(message: Any, where: str) -> None:
    """One message: its role, its content, and what belongs to tools."""
    need(message, dict, where)
    role = message.get("role")
    if role not in ROLES:
        raise invalid(f"{where}.role", role, "one of " + ", ".join(ROLES))
    content = message.get("content")
    if content is None and role != "assistant":
        raise invalid(f"{where}.content", content, "a string or an array")
    if content is not None and not is_a(content, str):
        check_parts(content, f"{where}.content")
    if role == "tool":
        need(message.get("tool_call_id"), str, f"{where}.tool_call_id")
    if message.get("tool_calls") is not None:
        check_calls(message["tool_calls"], f"{where}.tool_calls")


def check_parts(parts: Any, where: str) -> None:
    """The content of a message as a list of typed parts."""
    if not is_a(parts, list):
        raise invalid(where, parts, "a string or an array")
    for index, part in enumerate(parts):
        need(part, dict, f"{where}[{index}]")
        need(part.get("type"), str, f"{where}[{index}].type")
        if part["type"] == "text":
            need(part.get("text"), str, f"{where}[{index}].text")


def check_calls(calls: Any, where: str) -> None:
    """The calls of tools that an earlier reply made."""
    for index, call in enumerate(need(calls, list, where)):
        need(call, dict, f"{where}[{index}]")
        function = need(call.get("function"), dict, f"{where}[{index}].function")
        need(function.get("name"), str, f"{where}[{index}].function.name")


def check_tool(tool: Any, where: str) -> None:
    """One tool: a function needs a name; other kinds pass."""
    need(tool, dict, where)
    need(tool.get("type"), str, f"{where}.type")
    if tool["type"] == "function":
        function = need(tool.get("function"), dict, f"{where}.function")
        need(function.get("name"), str, f"{where}.function.name")
        if function.get("parameters") is not None:
            need(function["parameters"], dict, f"{where}.function.parameters")
