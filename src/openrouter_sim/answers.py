"""What the model answers: the script, else a call, JSON or a sentence of its own."""

from openrouter_sim import speech
from openrouter_sim.asked import Asked
from openrouter_sim.calls import wanted_calls
from openrouter_sim.formats import formatted
from openrouter_sim.generation import Answer
from openrouter_sim.record import Received
from openrouter_sim.routing import Route
from openrouter_sim.scripts import Scripts, ToolCall


def answer(scripts: Scripts, received: Received, asked: Asked, route: Route) -> Answer:
    """The whole answer, before `max_tokens` and `stop` cut it."""
    scripted = scripts.take(received)
    reasoning = speech.think(asked) if wants_reasoning(asked, route) else ""
    if isinstance(scripted, ToolCall):
        return Answer(calls=(scripted,), reasoning=reasoning)
    if scripted is not None:
        return Answer(scripted, reasoning=reasoning)
    if calls := wanted_calls(asked):
        return Answer(calls=calls, reasoning=reasoning)
    name = route.row["id"]
    text = formatted(asked, name) or speech.say(name, asked)
    return Answer(text, reasoning=reasoning)


def wants_reasoning(asked: Asked, route: Route) -> bool:
    """Whether the reply begins with reasoning: asked for, or the model always does."""
    if "reasoning" not in route.supported:
        return False
    wish = asked.body.get("reasoning") or {}
    effort = wish.get("effort") or asked.body.get("reasoning_effort")
    if effort == "none" or wish.get("enabled") is False or wish.get("exclude") is True:
        return False
    mandatory = (route.row.get("reasoning") or {}).get("mandatory") is True
    return bool(mandatory or effort or wish.get("enabled") or wish.get("max_tokens"))
