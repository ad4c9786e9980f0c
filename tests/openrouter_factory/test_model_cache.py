import asyncio
import threading
from typing import Any

import pytest
import respx
from pydantic import SecretStr
from pydantic_ai import Agent

from openrouter_factory import (
    clear_cached_models,
    get_cached_model,
    model_cache,
    shared_client,
)


def test_the_same_arguments_give_the_same_model(key: str) -> None:
    first = get_cached_model("openai/gpt-4o", key)
    assert get_cached_model("openai/gpt-4o", key) is first
    assert get_cached_model("openai/gpt-4o", SecretStr(key)) is first
    assert first.client.api_key == key


def test_another_name_key_or_address_gives_another_model(key: str) -> None:
    models = {
        id(get_cached_model("openai/gpt-4o", key)),
        id(get_cached_model("openai/gpt-4o-mini", key)),
        id(get_cached_model("openai/gpt-4o", key + "x")),
        id(get_cached_model("openai/gpt-4o", key, "http://127.0.0.1:9/v1")),
    }
    assert len(models) == 4


@pytest.mark.parametrize(
    ("name", "wrong_key"), [("gpt-4o", "k"), ("openai/gpt-4o", "")]
)
def test_a_mistake_is_refused_and_not_kept(name: str, wrong_key: str) -> None:
    with pytest.raises(ValueError, match=r"name|key"):
        get_cached_model(name, wrong_key)
    assert not model_cache._models


def test_the_cache_holds_no_key(key: str) -> None:
    get_cached_model("openai/gpt-4o", key)
    kept = repr(model_cache._models) + repr(vars(model_cache))
    assert key not in kept
    assert key.encode() not in b"".join(
        part for keys in model_cache._models for part in parts_of(keys)
    )


def parts_of(keys: Any) -> list[bytes]:
    return [part for part in keys if isinstance(part, bytes)]


def test_the_longest_unused_model_goes_first(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_cache, "MAX_MODELS", 2)
    oldest = get_cached_model("openai/gpt-4o", key)
    second = get_cached_model("openai/gpt-4o-mini", key)
    assert (
        get_cached_model("openai/gpt-4o", key) is oldest
    )  # used again: now the newest
    get_cached_model("openai/gpt-4.1", key)
    assert get_cached_model("openai/gpt-4o", key) is oldest
    assert len(model_cache._models) == 2
    assert get_cached_model("openai/gpt-4o-mini", key) is not second


def test_cleared_models_are_forgotten(key: str) -> None:
    first = get_cached_model("openai/gpt-4o", key)
    clear_cached_models()
    assert get_cached_model("openai/gpt-4o", key) is not first


def test_each_event_loop_has_its_own_model(key: str) -> None:
    async def get() -> Any:
        first = get_cached_model("openai/gpt-4o", key)
        assert get_cached_model("openai/gpt-4o", key) is first
        return first

    assert asyncio.run(get()) is not asyncio.run(get())


def test_each_thread_without_an_event_loop_has_its_own_model(key: str) -> None:
    found = [get_cached_model("openai/gpt-4o", key)]

    def get() -> None:
        found.append(get_cached_model("openai/gpt-4o", key))

    thread = threading.Thread(target=get)
    thread.start()
    thread.join()
    assert found[0] is not found[1]


def test_threads_that_ask_at_once_make_no_mess(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_cache, "MAX_MODELS", 3)
    everybody = threading.Barrier(8)
    names: list[str] = []

    def get() -> None:
        everybody.wait(timeout=30)
        for name in ("openai/gpt-4o", "openai/gpt-4.1", "openai/o4-mini"):
            names.append(get_cached_model(name, key).model_name)

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 24
    assert len(model_cache._models) == 3


async def test_where_a_client_is_shared_cached_models_use_it(
    openrouter: respx.Route, key: str
) -> None:
    async with shared_client() as client:
        model = get_cached_model("openai/gpt-4o", key)
        assert model.client._client is client
        assert (await Agent(model).run("Hi")).output == "Hello."
        assert get_cached_model("openai/gpt-4o", key, http_client=client) is model
    assert client.is_closed
    assert get_cached_model("openai/gpt-4o", key) is not model


async def test_without_one_they_share_a_client_of_the_event_loop(key: str) -> None:
    first = get_cached_model("openai/gpt-4o", key)
    second = get_cached_model("openai/gpt-4.1", key)
    assert first.client._client is second.client._client
    async with shared_client() as client:
        assert client is first.client._client
    assert not client.is_closed


def test_a_model_works_in_one_event_loop_after_another(
    openrouter: respx.Route, key: str
) -> None:
    model = get_cached_model("openai/gpt-4o", key)
    for _ in range(2):
        assert asyncio.run(Agent(model).run("Hi")).output == "Hello."
