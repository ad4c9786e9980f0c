"""A generation as the wire has it: the body of a reply, or the chunks of a stream.

Field names and nesting are those of the real service, `provider` and
`native_finish_reason` included, which its description leaves out.
"""

import json
from collections.abc import Iterator
from typing import Any

from openrouter_sim import tokens
from openrouter_sim.generation import Generation

Json = dict[str, Any]
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """`value` as JSON in UTF-8; half characters that JSON can smuggle in become `?`."""
    return ENCODER.encode(value).encode("utf-8", "replace")


def head(generation: Generation, kind: str) -> Json:
    """What a reply and each chunk begin with."""
    return {
        "id": generation.id,
        "provider": generation.route.endpoint["provider_name"],
        "model": generation.route.model,
        "object": kind,
        "created": generation.created,
    }


def completion(generation: Generation) -> Json:
    """The whole body of a reply that is not streamed."""
    choice = {
        "index": 0,
        "logprobs": None,
        "finish_reason": generation.finish,
        "native_finish_reason": generation.native_finish,
        "message": message(generation),
    }
    return head(generation, "chat.completion") | {
        "choices": [choice],
        "system_fingerprint": None,
        "usage": generation.usage,
    }


def message(generation: Generation) -> Json:
    """What the assistant says, in one piece."""
    answer = generation.answer
    said: Json = {"role": "assistant", "content": answer.text, "refusal": None}
    said["reasoning"] = answer.reasoning or None
    if answer.reasoning:
        said["reasoning_details"] = [thought(answer.reasoning)]
    if answer.calls:
        said["tool_calls"] = [
            call_start(generation, index) | {"function": function(call.name, arguments)}
            for index, (call, arguments) in enumerate(calls(generation))
        ]
    return said


def thought(text: str) -> Json:
    """One entry of `reasoning_details`."""
    return {"type": "reasoning.text", "text": text, "index": 0, "format": "unknown"}


def calls(generation: Generation) -> list[tuple[Any, str]]:
    """The calls of tools with their arguments as JSON text."""
    return [
        (call, json.dumps(call.arguments, ensure_ascii=False))
        for call in generation.answer.calls
    ]


def call_start(generation: Generation, index: int) -> Json:
    """The frame around a call of a tool."""
    return {"index": index, "id": generation.call_ids[index], "type": "function"}


def function(name: str, arguments: str) -> Json:
    """What is called, with which arguments."""
    return {"name": name, "arguments": arguments}


def chunks(generation: Generation) -> Iterator[Json]:
    """The chunks of a streamed reply, the usage in the last."""
    first = head(generation, "chat.completion.chunk")
    for delta in deltas(generation):
        yield first | {"choices": [choice(delta)]}
    end = choice({"role": "assistant", "content": ""})
    end["finish_reason"] = generation.finish
    end["native_finish_reason"] = generation.native_finish
    yield first | {"choices": [end]}
    yield first | {"choices": [end], "usage": generation.usage}


def choice(delta: Json) -> Json:
    """A choice of a chunk that does not end the reply."""
    return {
        "index": 0,
        "delta": delta,
        "finish_reason": None,
        "native_finish_reason": None,
        "logprobs": None,
    }


def deltas(generation: Generation) -> Iterator[Json]:
    """The steps in which the assistant says it: reasoning, text, calls of tools."""
    said: Json = {"role": "assistant", "content": ""}
    for piece in tokens.split(generation.answer.reasoning):
        yield said | {"reasoning": piece, "reasoning_details": [thought(piece)]}
    for piece in tokens.split(generation.answer.text):
        yield said | {"content": piece}
    for index, (call, arguments) in enumerate(calls(generation)):
        start = call_start(generation, index) | {"function": function(call.name, "")}
        yield {"role": "assistant", "content": None, "tool_calls": [start]}
        for piece in tokens.split(arguments):
            more = {"index": index, "function": {"arguments": piece}}
            yield {"tool_calls": [more]}
