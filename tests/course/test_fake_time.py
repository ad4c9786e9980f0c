"""The clock for the tests of exercises, and how they let others get on with it."""

import asyncio

from course.fake_time import PATIENCE, FakeTime, settle


async def test_an_hour_takes_a_moment() -> None:
    fake = FakeTime(start=5.0)
    await asyncio.gather(fake.sleep(3600), fake.sleep(60))
    assert fake.now() == 3605.0
    assert fake.slept == [3600, 60]


async def test_others_get_on_with_it_until_they_wait() -> None:
    gate, steps = asyncio.Event(), []

    async def work() -> None:
        for step in range(10):
            await asyncio.sleep(0)
            steps.append(step)
        await gate.wait()
        steps.append(-1)

    task = asyncio.ensure_future(work())
    await settle()
    assert steps == [*range(10)]
    gate.set()
    await settle()
    assert task.done()


async def test_who_never_rests_is_not_waited_for() -> None:
    turns = 0

    async def restless() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(restless())
    await settle()
    task.cancel()
    assert turns == PATIENCE
