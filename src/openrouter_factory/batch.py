"""Many prompts at once: several under way, never more than the limit.

The guide joins all prompts into one, which gives one answer to a muddle of questions.
Here each prompt is a request of its own. OpenRouter's batch API, at half the price and
within a day, is another thing and not covered.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic_ai import Agent, AgentRunResult

Output = TypeVar("Output")


@dataclass(frozen=True)
class BatchItem(Generic[Output]):
    """One prompt and what became of it: a `result` or an `error`."""

    prompt: str
    result: AgentRunResult[Output] | None = None
    error: Exception | None = None

    @property
    def output(self) -> Output:
        """The answer; raises the error if there is none."""
        if self.result is None:
            raise self.error or LookupError("This prompt was not run.")
        return self.result.output


async def run_batch(
    agent: Agent[None, Output], prompts: Iterable[str], *, max_concurrency: int = 8
) -> list[BatchItem[Output]]:
    """Run `agent` on each of `prompts`, at most `max_concurrency` at a time.

    Results come in the order of the prompts, failures beside successes. Cancelling the
    batch cancels what is under way.
    """
    if isinstance(prompts, str) or max_concurrency < 1:
        raise ValueError(
            "`prompts` was wanted as a list of texts, and `max_concurrency` as a "
            "number from 1 up."
        )
    slots = asyncio.Semaphore(max_concurrency)
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(_run(agent, text, slots)) for text in prompts]
    return [run.result() for run in runs]


async def _run(
    agent: Agent[None, Output], prompt: str, slots: asyncio.Semaphore
) -> BatchItem[Output]:
    async with slots:
        try:
            return BatchItem(prompt, result=await agent.run(prompt))
        except Exception as error:
            return BatchItem(prompt, error=error)
