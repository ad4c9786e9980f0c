"""POST /chat/completions: from a request that came in to a reply that goes out."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from openrouter_sim import answers, generation, response_cache, wire
from openrouter_sim.accounts import Account
from openrouter_sim.asked import Asked
from openrouter_sim.checks import check
from openrouter_sim.errors import ApiError
from openrouter_sim.faults import CHAT, DOOR, STREAM
from openrouter_sim.generation import Generation
from openrouter_sim.pages import generation_page
from openrouter_sim.record import Received
from openrouter_sim.response_cache import Kept
from openrouter_sim.responses import reply
from openrouter_sim.routing import Route, find_route
from openrouter_sim.stream import EventStream
from openrouter_sim.world import World


async def chat(request: Request) -> Response:
    """Answers one chat request, whole or streamed."""
    world: World = request.app.state.world
    received: Received = request.scope["received"]
    account = world.accounts.authenticate(request.headers)
    asked = Asked(check(received.need_json()))
    fault = world.orders.take(CHAT)
    if fault and not asked.streamed:
        return reply(fault.error().body())
    made, said = await find_or_make(request, account, received, asked)
    settle(world, account, made, request)
    if asked.streamed:
        fault = fault or world.orders.take(STREAM)
    if not made.is_kept and not fault:
        said = keep(request, received, made)
    headers = {"X-Generation-Id": made.id, **said}
    if asked.streamed:
        return EventStream(made, headers, pace=world.pace, fault=fault)
    return reply(wire.completion(made), headers=headers)


async def find_or_make(
    request: Request, account: Account, received: Received, asked: Asked
) -> tuple[Generation, dict[str, str]]:
    """A kept generation and what its headers say, or a new one of the first model."""
    world: World = request.app.state.world
    now = world.accounts.clock()
    if kept := response_cache.find(world.replies, request.headers, received, now):
        made = response_cache.hit(kept, new_id(world, kept.made.route))
        return made, response_cache.hit_headers(kept, now)
    account.check_credit()
    route = await first_route(world, asked)
    if route.is_free:
        account.count_free_call(now)
    return generate(world, received, asked, route), {}


def keep(request: Request, received: Received, made: Generation) -> dict[str, str]:
    """Keeps what was made, if that was asked for, and gives the headers that say so."""
    world: World = request.app.state.world
    name = response_cache.key_of(request.headers, received)
    if not name:
        return {}
    now, ttl = world.accounts.clock(), response_cache.ttl_of(request.headers)
    world.replies.keep(name, Kept(made, now, now + ttl))
    return response_cache.miss_headers(ttl)


async def first_route(world: World, asked: Asked) -> Route:
    """The first model that can serve the request; the last one's error if none."""
    error = ApiError(400, "No models provided")
    for name in asked.names:
        try:
            route = find_route(world.catalogue, name, asked)
            await meet_fault(world, route)
            return route
        except ApiError as refusal:
            error = refusal
    raise error


async def meet_fault(world: World, route: Route) -> None:
    """What was ordered for this model alone: a refusal is raised, a delay is waited."""
    fault = world.orders.take(DOOR, route.row["id"])
    if fault and fault.kind == "status":
        raise fault.upstream_error(route.endpoint["provider_name"])
    if fault:
        await asyncio.sleep(fault.seconds)


def generate(
    world: World, received: Received, asked: Asked, route: Route
) -> Generation:
    """The generation that answers `asked` over `route`."""
    said = answers.answer(world.scripts, received, asked, route)
    cut, finish = generation.cut(said, asked)
    name = new_id(world, route)
    return Generation(name, world.catalogue.epoch, route, asked, cut, finish)


def new_id(world: World, route: Route) -> str:
    """The id of the next generation."""
    number = next(world.numbers)
    digest = generation.digest(f"{number} {route.model}")
    return f"gen-{world.catalogue.epoch}-{digest}"


def settle(world: World, account: Account, made: Generation, request: Request) -> None:
    """Books the cost on the account and keeps the generation's page."""
    account.spent += made.cost
    world.generations.add(generation_page(made, request.headers))
