"""The fixture `openrouter`: a running simulator for one test."""

from collections.abc import Iterator

import pytest

from openrouter_sim.simulator import Simulator


@pytest.fixture
def openrouter() -> Iterator[Simulator]:
    """A running simulator, fresh for this test; a stream does not wait."""
    with Simulator(pace=0.0) as simulator:
        yield simulator
