"""Tools and formats on the wire: calls, their results, and JSON replies."""

import json

import pytest


def tool(name, **properties):
    parameters = {"type": "object", "properties": properties}
    parameters["required"] = list(properties)
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


WEATHER = tool("get_weather", city={"type": "string"})
TIME = tool("get_time", zone={"type": "string"})
END = tool("final_result", answer={"type": "integer"})


@pytest.fixture
def ask(client):
    def ask(question, *tools, after=(), **more):
        messages = [{"role": "user", "content": question}, *after]
        body = {"model": "openai/gpt-4o", "messages": messages, "tools": list(tools)}
        response = client.post("/chat/completions", json=body | more)
        assert response.status_code == 200, response.text
        return response.json()["choices"][0]

    return ask


def called(choice):
    calls = choice["message"].get("tool_calls", [])
    return [call["function"]["name"] for call in calls]


def after(choice, result):
    call = choice["message"]["tool_calls"][0]
    return [
        choice["message"],
        {"role": "tool", "tool_call_id": call["id"], "content": result},
    ]


def test_a_tool_is_called_with_fitting_arguments(ask):
    choice = ask("What is the weather in Oslo?", WEATHER)
    [call] = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == choice["native_finish_reason"] == "tool_calls"
    assert call["type"] == "function"
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": "Oslo"}


def test_the_answer_uses_the_result(ask):
    choice = ask("What is the weather in Oslo?", WEATHER)
    answer = ask("…", WEATHER, after=after(choice, "Snow, -4"))
    assert called(answer) == []
    text = answer["message"]["content"]
    assert text == "openai/gpt-4o says: get_weather told me 'Snow, -4'."


def test_a_new_question_is_a_new_call(ask):
    choice = ask("What is the weather in Oslo?", WEATHER)
    more = [
        *after(choice, "Snow"),
        {"role": "assistant", "content": "It snows."},
        {"role": "user", "content": "And is the weather better in Rome?"},
    ]
    [call] = ask("…", WEATHER, after=more)["message"]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"city": "Rome"}


def test_the_tool_that_the_question_speaks_of_is_called(ask):
    assert called(ask("What time is it?", WEATHER, TIME)) == ["get_time"]
    assert called(ask("Hello", WEATHER, TIME)) == ["get_weather"]


def test_several_tools_are_called_at_once_unless_forbidden(ask):
    question = "Time and weather, please"
    assert called(ask(question, WEATHER, TIME)) == ["get_weather", "get_time"]
    alone = ask(question, WEATHER, TIME, parallel_tool_calls=False)
    assert called(alone) == ["get_weather"]


def test_tool_choice_is_obeyed(ask):
    named = {"type": "function", "function": {"name": "get_time"}}
    assert called(ask("Hello", WEATHER, TIME, tool_choice=named)) == ["get_time"]
    assert called(ask("Hello", WEATHER, tool_choice="none")) == []
    first = ask("Hello", WEATHER, END, tool_choice="required")
    assert called(first) == ["get_weather"]
    results = after(first, "Snow")
    last = ask("Hello", WEATHER, END, tool_choice="required", after=results)
    assert called(last) == ["final_result"]


def test_a_tool_that_ends_the_conversation_is_called_last(ask):
    end = tool("final_result", answer={"type": "integer"})
    end["function"]["description"] = "The final response which ends this conversation"
    first = ask("The final result, please", end, WEATHER)
    assert called(first) == ["get_weather"]
    last = ask("The final result, please", end, WEATHER, after=after(first, "Snow"))
    assert called(last) == ["final_result"]


def test_a_call_is_streamed_in_pieces(client):
    body = {
        "model": "openai/gpt-4o",
        "messages": [{"role": "user", "content": "Weather in Oslo"}],
        "tools": [WEATHER],
        "stream": True,
    }
    lines = client.post("/chat/completions", json=body).text.split("\n\n")
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    calls = [delta["tool_calls"][0] for delta in deltas if delta.get("tool_calls")]
    assert calls[0]["function"] == {"name": "get_weather", "arguments": ""}
    assert calls[0]["id"]
    pieces = [call["function"]["arguments"] for call in calls]
    assert json.loads("".join(pieces)) == {"city": "Oslo"}
    assert len(pieces) > 3
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_script_can_call_a_tool(ask, openrouter):
    openrouter.call_tool("get_weather", city="Rome")
    [call] = ask("Hello", WEATHER, tool_choice="none")["message"]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"city": "Rome"}


def test_a_tool_that_nothing_fits_is_refused(client, hello):
    body = hello | {"tools": [tool("broken", a={"type": "nonsense"})]}
    response = client.post("/chat/completions", json=body)
    assert response.status_code == 400
    assert "function 'broken'" in response.json()["error"]["message"]


def test_a_model_without_tools_says_so(client, hello):
    body = hello | {"model": "perplexity/sonar", "tools": [WEATHER]}
    response = client.post("/chat/completions", json=body)
    assert response.status_code == 404
    assert "support tool use" in response.json()["error"]["message"]


def test_tools_of_other_kinds_are_accepted(client, hello):
    body = hello | {"tools": [{"type": "openrouter:web_search"}]}
    assert client.post("/chat/completions", json=body).status_code == 200


def test_a_json_schema_is_followed(client, hello):
    schema = {
        "type": "object",
        "properties": {"year": {"type": "integer", "minimum": 1900}},
        "required": ["year"],
        "additionalProperties": False,
    }
    wanted = {
        "type": "json_schema",
        "json_schema": {"name": "year", "strict": True, "schema": schema},
    }
    reply = client.post("/chat/completions", json=hello | {"response_format": wanted})
    content = json.loads(reply.json()["choices"][0]["message"]["content"])
    assert list(content) == ["year"]
    assert content["year"] >= 1900


def test_a_json_object_is_one(client, hello):
    body = hello | {"response_format": {"type": "json_object"}}
    reply = client.post("/chat/completions", json=body).json()
    content = json.loads(reply["choices"][0]["message"]["content"])
    assert "Say hello" in content["answer"]


@pytest.mark.parametrize("format_", [{"type": "json_schema"}, {"type": 5}, "json"])
def test_a_format_without_sense_is_refused(client, hello, format_):
    body = hello | {"response_format": format_}
    assert client.post("/chat/completions", json=body).status_code == 400
