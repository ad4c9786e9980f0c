"""What OpenRouter would answer: replies for the tests of exercises to hand to respx.

They are `httpx.Response` objects, as respx wants them, also where it stands in for
httpx2.
"""

import httpx

PRICED = "openai/gpt-4o"
"""A model in PydanticAI's table of prices: a name that it lacks is slow to look up."""


def chat_reply(text: str = "Hello!") -> httpx.Response:
    """A whole answer to POST /chat/completions, in the shape of the real service's."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
        "native_finish_reason": "stop",
    }
    usage: dict[str, float] = {"prompt_tokens": 5, "completion_tokens": 2}
    usage |= {"total_tokens": 7, "cost": 0.00002}
    body = {
        "id": "gen-1",
        "object": "chat.completion",
        "created": 1760000000,
        "model": PRICED,
        "provider": "OpenAI",
        "choices": [choice],
        "usage": usage,
    }
    return httpx.Response(200, json=body)
