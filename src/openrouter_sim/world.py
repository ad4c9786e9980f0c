"""What one simulator knows: the endpoints read it and the lessons write it."""

import itertools
import random
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from openrouter_sim.accounts import Accounts
from openrouter_sim.catalogue import Catalogue, load
from openrouter_sim.faults import Orders
from openrouter_sim.record import Log
from openrouter_sim.response_cache import ResponseCache
from openrouter_sim.scripts import Scripts

MAX_GENERATIONS = 1_000


class Generations:
    """The newest generations by id, for GET /generation; safe from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, page: dict[str, Any]) -> None:
        """Keeps what /generation will say, and forgets the oldest beyond the limit."""
        with self._lock:
            self._kept[page["id"]] = page
            if len(self._kept) > MAX_GENERATIONS:
                self._kept.popitem(last=False)

    def get(self, name: str) -> dict[str, Any] | None:
        """The generation `name`, or None if there was none or it is forgotten."""
        return self._kept.get(name)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()


@dataclass
class World:
    """The state behind one simulator. `latency` and `pace` are in seconds."""

    latency: float | tuple[float, float] = 0.0
    pace: float = 0.0
    seed: int = 0
    catalogue: Catalogue = field(init=False)
    accounts: Accounts = field(default_factory=Accounts)
    orders: Orders = field(default_factory=Orders)
    scripts: Scripts = field(default_factory=Scripts)
    log: Log = field(default_factory=Log)
    generations: Generations = field(default_factory=Generations)
    replies: ResponseCache = field(default_factory=ResponseCache)
    batches: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As if nothing had been asked, scripted, ordered, limited or spent."""
        self.numbers = itertools.count()
        self.catalogue = load()
        self._random = random.Random(self.seed)
        for part in (self.orders, self.scripts, self.log):
            part.clear()
        self.accounts.clear()
        self.generations.clear()
        self.replies.clear()
        self.batches.clear()

    def draw_latency(self) -> float:
        """How long the next reply waits: fixed, or drawn between two bounds."""
        if isinstance(self.latency, tuple):
            return self._random.uniform(*self.latency)
        return self.latency
