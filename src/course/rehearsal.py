"""A test for no exercise: what it reaches is ready for those that come after.

It asks a model once, and once word by word, through all that lies between an agent
and the wire.
"""

import pytest
import respx
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessagesTypeAdapter
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.providers.openrouter import OpenRouterProvider

from course.expect import call_async, fail
from course.replies import PRICED, chat_reply


@pytest.mark.task(1)
async def test_a_model_answers(httpx2_mock: respx.MockRouter) -> None:
    """One call that is answered."""
    httpx2_mock.post(path__regex="/chat/completions$").mock(return_value=chat_reply())
    provider = OpenRouterProvider(api_key="sk-or-v1-rehearsal")
    model = OpenRouterModel(PRICED, provider=provider)
    outcome = await call_async(Agent(model).run, "Hello!")
    assert outcome.error is None
    assert outcome.value.output == "Hello!"
    assert ModelMessagesTypeAdapter.dump_json(outcome.value.all_messages())


@pytest.mark.task(1)
def test_a_failure_is_told() -> None:
    """One failure, with the five lines that a learner would read."""
    fail("rehearsal()", "nothing", "nothing", why="It is one.", look="no further.")
