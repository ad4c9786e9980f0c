"""A model that counts what passes through it: requests, tokens and USD.

    your code ──▶ OpenRouterModelWithMetrics ──▶ any model of PydanticAI's

Counts what reaches the model: a retry inside the HTTP client is not seen here.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Lock
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from openrouter_factory.cost import response_cost


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was counted up to one moment."""

    request_count: int = 0
    """Requests made: answered, failed, cancelled and still under way."""
    answered_count: int = 0
    failed_count: int = 0
    """Requests that ended in an error or were cancelled."""
    input_tokens: int = 0
    output_tokens: int = 0
    total_cost: Decimal = Decimal(0)
    """USD, without the answers in `unpriced_count`."""
    unpriced_count: int = 0
    """Answers whose cost neither the service nor the table knows."""

    @property
    def total_tokens(self) -> int:
        """Tokens of prompts and answers together."""
        return self.input_tokens + self.output_tokens


class OpenRouterModelWithMetrics(WrapperModel):
    """A model that counts. Its numbers: `model.metrics`, or `model.total_cost` etc.

    A stream counts when it is closed, with as much of the bill as had come by then: the
    bill is its last part, so one that is left early costs more than is counted.
    """

    def __init__(self, wrapped: Model) -> None:
        super().__init__(wrapped)
        self._metrics = Metrics()
        self._lock = Lock()  # runs on other threads count too

    @property
    def metrics(self) -> Metrics:
        """All numbers of one moment."""
        return self._metrics

    @property
    def request_count(self) -> int:
        """Requests made, whatever became of them."""
        return self._metrics.request_count

    @property
    def total_tokens(self) -> int:
        """Tokens of prompts and answers together."""
        return self._metrics.total_tokens

    @property
    def total_cost(self) -> Decimal:
        """USD."""
        return self._metrics.total_cost

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Pass the request on and count it."""
        with self._counting():
            response = await super().request(
                messages, model_settings, model_request_parameters
            )
        self._count_answer(response)
        return response

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Pass the request on and count its stream when it is closed."""
        with self._counting():
            async with super().request_stream(
                messages, model_settings, model_request_parameters, run_context
            ) as stream:
                try:
                    yield stream
                finally:
                    self._count_answer(stream.get())

    @contextmanager
    def _counting(self) -> Iterator[None]:
        self._add(request_count=1)
        try:
            yield
        except BaseException:  # a cancelled run ends in one that is no Exception
            self._add(failed_count=1)
            raise
        self._add(answered_count=1)

    def _count_answer(self, response: ModelResponse) -> None:
        cost = response_cost(response, self.model_name)
        self._add(
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            total_cost=cost or Decimal(0),
            unpriced_count=cost is None,
        )

    def _add(self, **amounts: Any) -> None:
        with self._lock:
            sums = {key: getattr(self._metrics, key) + amounts[key] for key in amounts}
            self._metrics = replace(self._metrics, **sums)
