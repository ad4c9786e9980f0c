"""Patches that stay between tests: no test sees a difference."""

import httpcore2
import httpx2
import pytest
import respx

from course import network
from course.kept_patches import patches_kept

URL = "https://openrouter.ai/api/v1/models"


def test_a_mock_answers_as_ever() -> None:
    with patches_kept():
        for answer in (200, 404):
            with respx.mock(using="httpcore2") as router:
                route = router.get(URL).respond(answer)
                assert httpx2.get(URL).status_code == answer
                assert route.call_count == 1


async def test_an_async_mock_answers_as_ever() -> None:
    with patches_kept(), respx.mock(using="httpcore2") as router:
        router.get(URL).respond(201)
        async with httpx2.AsyncClient() as client:
            assert (await client.get(URL)).status_code == 201


def test_what_no_route_is_there_for_is_refused_by_the_mock() -> None:
    with patches_kept(), respx.mock(using="httpcore2") as router:
        router.get(f"{URL}/other")
        with pytest.raises(AssertionError, match="not mocked"):
            httpx2.get(URL)
        router.get(f"{URL}/other").respond(200)
        httpx2.get(f"{URL}/other")


def test_without_a_mock_a_request_goes_its_way_and_is_refused() -> None:
    with patches_kept(), pytest.raises(network.NetworkRefused, match="openrouter"):
        httpx2.get(URL)
    assert network.refused == ["openrouter.ai"]
    network.refused.clear()


async def test_an_async_request_goes_its_way_and_is_refused() -> None:
    with patches_kept():
        async with httpx2.AsyncClient() as client:
            with pytest.raises(network.NetworkRefused):
                await client.get(URL)
    network.refused.clear()


def test_they_stay_from_mock_to_mock_and_go_in_the_end() -> None:
    before = httpcore2.ConnectionPool.handle_request
    with patches_kept():
        kept = httpcore2.ConnectionPool.handle_request
        with respx.mock(using="httpcore2", assert_all_called=False):
            assert httpcore2.ConnectionPool.handle_request is kept is not before
        assert httpcore2.ConnectionPool.handle_request is kept
    assert httpcore2.ConnectionPool.handle_request is before
