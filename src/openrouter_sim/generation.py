"""One generation: what the model said, why it stopped, what it used, and its page."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from openrouter_sim import costs, tokens
from openrouter_sim.asked import Asked
from openrouter_sim.routing import Route
from openrouter_sim.scripts import ToolCall

# tokenizer -> how its labs word "stop", "length", "tool_calls"
NATIVE = {
    "Claude": {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"},
    "Gemini": {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP"},
}


@dataclass(frozen=True)
class Answer:
    """What the model says: text, or calls of tools, and the reasoning before it."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""

    def tokens(self) -> int:
        """How many tokens all of it is."""
        calls = [call.name + json.dumps(call.arguments) for call in self.calls]
        return sum(map(tokens.count, [self.text, self.reasoning, *calls]))


@dataclass(frozen=True)
class Generation:
    """An answer on its way out; `finish` is why it ended, kept ones are free."""

    id: str
    created: int
    route: Route
    asked: Asked
    answer: Answer
    finish: str
    is_kept: bool = False

    @property
    def native_finish(self) -> str:
        """The provider's own word for why it ended."""
        words = NATIVE.get(self.route.row["architecture"]["tokenizer"], {})
        return words.get(self.finish, self.finish)

    @cached_property
    def _bill(self) -> tuple[Decimal, dict[str, Any]]:
        if self.is_kept:
            return costs.usage(self.route.endpoint["pricing"], 0, 0, 0)
        return costs.usage(
            self.route.endpoint["pricing"],
            self.asked.tokens,
            self.answer.tokens(),
            tokens.count(self.answer.reasoning),
        )

    @property
    def cost(self) -> Decimal:
        """USD for this generation."""
        return self._bill[0]

    @property
    def usage(self) -> dict[str, Any]:
        """Tokens and cost, as the reply states them."""
        return self._bill[1]

    @property
    def call_ids(self) -> list[str]:
        """One id for each call of a tool, the same for the same generation."""
        seeds = [f"{self.id}/{index}" for index in range(len(self.answer.calls))]
        return ["call_" + digest(seed) for seed in seeds]


def digest(seed: str) -> str:
    """Twenty letters and digits that follow from `seed`."""
    return hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:20]


def cut(answer: Answer, asked: Asked) -> tuple[Answer, str]:
    """`answer` as `stop` and `max_tokens` leave it, and the reason why it ended."""
    if answer.calls:
        return answer, "tool_calls"
    text = answer.text
    for stop in asked.stops:
        text = text.split(stop)[0]
    pieces = tokens.split(text)
    room = asked.max_tokens
    if room is None or tokens.count(answer.reasoning) + len(pieces) <= room:
        return Answer(text, reasoning=answer.reasoning), "stop"
    thought = "".join(tokens.split(answer.reasoning)[:room])
    said = "".join(pieces[: max(room - tokens.count(answer.reasoning), 0)])
    return Answer(said, reasoning=thought), "length"
