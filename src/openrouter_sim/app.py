"""The application: which path is answered by what, under /api/v1."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openrouter_sim import batches, listing, pages
from openrouter_sim.chat import chat
from openrouter_sim.door import Door
from openrouter_sim.errors import ApiError
from openrouter_sim.responses import refusal
from openrouter_sim.world import World

BASE = "/api/v1"

ROUTES = [
    Route(f"{BASE}/chat/completions", chat, methods=["POST"]),
    Route(f"{BASE}/batches", batches.create, methods=["POST"]),
    Route(f"{BASE}/batches/{{name}}", batches.look),
    Route(f"{BASE}/models", listing.models),
    Route(f"{BASE}/models/count", listing.count),
    Route(f"{BASE}/models/user", listing.models_for_user),
    Route(f"{BASE}/models/{{author}}/{{slug}}/endpoints", listing.endpoints),
    Route(f"{BASE}/model/{{author}}/{{slug}}", listing.model),
    Route(f"{BASE}/key", pages.key),
    Route(f"{BASE}/credits", pages.credits),
    Route(f"{BASE}/generation", pages.generation),
]


def build_app(world: World) -> Starlette:
    """The application that serves `world`."""
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Door, world=world)],
        exception_handlers={404: lost, 405: wrong_method},
    )
    app.router.redirect_slashes = False
    app.state.world = world
    return app


async def lost(request: Request, error: Exception) -> Response:
    """The answer to a path that does not exist."""
    return refusal(ApiError(404))


async def wrong_method(request: Request, error: Exception) -> Response:
    """The answer to a method that the path does not take; `Allow` names the others."""
    headers = getattr(error, "headers", None)
    return refusal(ApiError(405, headers=headers))
