from collections.abc import Iterator

import httpx2
import pytest

from openrouter_sim import Simulator


@pytest.fixture
def client(openrouter: Simulator) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {openrouter.api_key}"}
    with httpx2.Client(base_url=openrouter.base_url, headers=headers) as client:
        yield client


@pytest.fixture
def hello() -> dict[str, object]:
    return {
        "model": "anthropic/claude-sonnet-5",
        "messages": [{"role": "user", "content": "Say hello"}],
    }
