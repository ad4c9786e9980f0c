"""What the model answers: the script if there is one, else a sentence of its own."""

from openrouter_sim import speech
from openrouter_sim.asked import Asked
from openrouter_sim.generation import Answer
from openrouter_sim.record import Received
from openrouter_sim.routing import Route
from openrouter_sim.scripts import Scripts, ToolCall


def answer(scripts: Scripts, received: Received, asked: Asked, route: Route) -> Answer:
    """The whole answer, before `max_tokens` and `stop` cut it."""
    scripted = scripts.take(received)
    if isinstance(scripted, ToolCall):
        return Answer(calls=(scripted,))
    reasoning = speech.think(asked) if wants_reasoning(asked, route) else ""
    if scripted is not None:
        return Answer(scripted, reasoning=reasoning)
    return Answer(speech.say(route.row["id"], asked), reasoning=reasoning)


def wants_reasoning(asked: Asked, route: Route) -> bool:
    """Whether the reply begins with reasoning: asked for, or the model always does."""
    if "reasoning" not in route.supported:
        return False
    wish = asked.body.get("reasoning") or {}
    effort = wish.get("effort") or asked.body.get("reasoning_effort")
    if effort == "none" or wish.get("enabled") is False or wish.get("exclude") is True:
        return False
    mandatory = (route.row.get("reasoning") or {}).get("mandatory") is True
    asks = effort or wish.get("enabled") or wish.get("max_tokens")
    return bool(mandatory or asks)
