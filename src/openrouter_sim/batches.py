"""POST /batches and GET /batches/{id}: many requests now, the answers later, for less.

The body has `endpoint`, `model` and `requests`, each with a `custom_id` and a `body`.
A batch is "validating" when it comes in, "in_progress" at the first look, then it is
"completed", or "failed" if it could not be run at all: no clock is asked. A request
that fails leaves the others alone. The price is that of the model's `:batch` row.

Source: https://openrouter.ai/docs/batch-quickstart. Only chats are served here; lists,
pages of results, webhooks and deletion are left out.
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from openrouter_sim import answers, generation, wire
from openrouter_sim.accounts import Account
from openrouter_sim.asked import Asked
from openrouter_sim.catalogue import Catalogue
from openrouter_sim.checks import check, need
from openrouter_sim.errors import ApiError
from openrouter_sim.generation import Generation
from openrouter_sim.pages import account_of, generation_page
from openrouter_sim.record import Received
from openrouter_sim.responses import reply
from openrouter_sim.routing import Route, check_abilities
from openrouter_sim.world import World

ENDPOINT = "/v1/chat/completions"
MAX_REQUESTS = 5_000
MAX_BATCHES = 100  # kept
STEPS = ("validating", "in_progress", "completed")


@dataclass
class Batch:
    """One batch: who sent it, what came in, and how far it is."""

    name: str
    account: Account
    received: Received
    created: int
    looks: int = 0
    error: str = ""
    results: list[wire.Json] = field(default_factory=list)

    @property
    def requests(self) -> list[wire.Json]:
        """The requests in it."""
        requests: list[wire.Json] = self.received.body["requests"]
        return requests

    @property
    def status(self) -> str:
        """How far it is: one step at each look, unless it failed."""
        step = STEPS[min(self.looks, len(STEPS) - 1)]
        return "failed" if self.error and self.looks else step


async def create(request: Request) -> Response:
    """POST /batches: takes a batch in; whether it can be run, a later look says."""
    account = account_of(request)
    world: World = request.app.state.world
    received: Received = request.scope["received"]
    read(received.need_json())
    name = f"batch-{generation.digest(f'batch {next(world.numbers)}')}"
    batch = Batch(name, account, received, world.catalogue.epoch)
    world.batches[name] = batch
    if len(world.batches) > MAX_BATCHES:
        del world.batches[next(iter(world.batches))]
    return reply(shown(batch), 202)


async def look(request: Request) -> Response:
    """GET /batches/{id}: how far it is, and the results once it has ended."""
    account = account_of(request)
    world: World = request.app.state.world
    batch = world.batches.get(request.path_params["name"])
    if batch is None or batch.account is not account:
        raise ApiError(404, "Batch not found")
    batch.looks += 1
    if batch.looks == 1:
        batch.error = fault_of(batch, world.catalogue)
    elif not batch.results and not batch.error:
        batch.results = [result(world, batch, one) for one in batch.requests]
    return reply(shown(batch))


def read(body: Any) -> None:
    """Looks at the outer form. Raises `ApiError` 400 where it is not as described."""
    need(body, dict, "body")
    for name, kind in (("endpoint", str), ("model", str), ("requests", list)):
        need(body.get(name), kind, name)
    if body["endpoint"] != ENDPOINT:
        raise ApiError(400, f"Invalid input: `endpoint`: only {ENDPOINT} here")
    if not 1 <= len(body["requests"]) <= MAX_REQUESTS:
        raise ApiError(400, f"Invalid input: `requests`: give 1 to {MAX_REQUESTS}")
    for number, one in enumerate(body["requests"]):
        need(one, dict, f"requests.{number}")
        need(one.get("custom_id"), str, f"requests.{number}.custom_id")
        need(one.get("body"), dict, f"requests.{number}.body")


def fault_of(batch: Batch, catalogue: Catalogue) -> str:
    """Why the batch cannot be run at all; empty if it can."""
    names = [one["custom_id"] for one in batch.requests]
    if len({*names}) < len(names):
        return "custom_id must be unique within a batch"
    model = batch.received.body["model"]
    if f"{model}:batch" not in catalogue.rows:
        return f"{model} has no batch variant"
    return ""


def result(world: World, batch: Batch, one: wire.Json) -> wire.Json:
    """What became of one request: a response, or an error."""
    said: wire.Json = {"custom_id": one["custom_id"], "response": None, "error": None}
    said["id"] = f"req-{generation.digest(batch.name + one['custom_id'])}"
    try:
        made = make(world, batch, one["body"])
    except ApiError as error:
        return said | {"error": {"message": str(error), "type": error.error_type}}
    batch.account.spent += made.cost
    world.generations.add(generation_page(made, batch.received.headers))
    body = wire.completion(made)
    answered = {"status_code": 200, "request_id": made.id, "body": body}
    return said | {"response": answered}


def make(world: World, batch: Batch, body: wire.Json) -> Generation:
    """The answer to one request, at the price of the batch variant."""
    model = batch.received.body["model"]
    asked = Asked(check(body | {"model": model}))
    if asked.streamed:
        raise ApiError(400, "Invalid input: `stream` cannot be used in a batch")
    catalogue = world.catalogue
    row = catalogue.rows[model]
    check_abilities(row, asked)
    batch.account.check_credit()
    route = Route(row, catalogue.endpoints(catalogue.rows[f"{model}:batch"])[0])
    said = answers.answer(world.scripts, batch.received, asked, route)
    cut, finish = generation.cut(said, asked)
    name = f"gen-{catalogue.epoch}-{generation.digest(f'{next(world.numbers)} batch')}"
    return Generation(name, catalogue.epoch, route, asked, cut, finish)


def shown(batch: Batch) -> wire.Json:
    """The batch as the wire has it."""
    ended = batch.status in ("completed", "failed")
    body = batch.received.body
    return {
        "id": batch.name,
        "object": "batch",
        "endpoint": body["endpoint"],
        "model": body["model"],
        "completion_window": "24h",
        "status": batch.status,
        "created_at": batch.created,
        "finalized_at": batch.created if ended else None,
        "request_counts": counts(batch),
        "usage": usage(batch) if ended else None,
        "error": {"message": batch.error} if batch.status == "failed" else None,
        "results": batch.results if ended else [],
    }


def counts(batch: Batch) -> dict[str, int]:
    """How many requests there are, and what became of them."""
    failed = sum(one["error"] is not None for one in batch.results)
    completed = len(batch.results) - failed
    return {"total": len(batch.requests), "completed": completed, "failed": failed}


def usage(batch: Batch) -> dict[str, int]:
    """The tokens of all answers together."""
    bodies = [one["response"]["body"] for one in batch.results if one["response"]]
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {name: sum(body["usage"][name] for body in bodies) for name in names}
