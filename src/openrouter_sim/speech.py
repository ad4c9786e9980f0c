"""What a model says when nobody has scripted it: short, readable, always the same.

It names the model and repeats the question; after a tool it reports the result.
"""

from openrouter_sim.asked import Asked, Json, text_of

LONGEST_QUOTE = 200


def say(name: str, asked: Asked) -> str:
    """The reply of the model `name`."""
    if asked.results:
        return f"{name} says: {', and '.join(told(asked))}."
    if not asked.question:
        return f"{name} says: I see no question yet."
    return f"{name} says: I read '{quote(asked.question)}'."


def told(asked: Asked) -> list[str]:
    """What each tool has answered, as in `get_weather told me 'Sunny'`."""
    names = called_names(asked)
    return [
        f"{names.get(result['tool_call_id'], 'the tool')} told me "
        f"'{quote(text_of(result))}'"
        for result in asked.results
    ]


def called_names(asked: Asked) -> dict[str, str]:
    """The name of the tool behind each call of the conversation."""
    calls = [call for message in asked.messages for call in calls_of(message)]
    return {str(call.get("id")): call["function"]["name"] for call in calls}


def calls_of(message: Json) -> list[Json]:
    """The calls of tools in one message."""
    return message.get("tool_calls") or []


def think(asked: Asked) -> str:
    """The reasoning before the reply, where it was asked for."""
    return f"The user wrote '{quote(asked.question)}'. I will answer in one sentence."


def quote(text: str) -> str:
    """`text` on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"
