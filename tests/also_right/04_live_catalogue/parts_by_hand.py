"""A careful beginner's: small classes, closures for each caller, a condition variable."""

import asyncio
import time
import warnings
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

import openrouter_factory as factory
from openrouter_factory import OPENROUTER_URL


class ServiceIsDown(Exception):
    """Something went wrong between us and the service."""


class Reader:
    """Knows how a row looks."""

    def price(self, row, key):
        pricing = row.get("pricing")
        if pricing is None or pricing.get(key) is None:
            return None
        usd = Decimal(str(pricing[key]))
        if usd == -1:
            return None
        return usd * Decimal(1000000)

    def kinds(self, row, key):
        architecture = row.get("architecture")
        if not architecture:
            return ("text",)
        if not architecture.get(key):
            return ("text",)
        return tuple(architecture[key])

    def read(self, row):
        if not isinstance(row, dict):
            warnings.warn("This is no row: %r" % (row,))
            return None
        name = row.get("id")
        if not isinstance(name, str) or name == "":
            warnings.warn("There is a row without an id.")
            return None
        length = row.get("context_length")
        if length is not None and not isinstance(length, int):
            warnings.warn("The row of %s has a strange context." % name)
            return None
        try:
            price_in = self.price(row, "prompt")
            price_out = self.price(row, "completion")
        except InvalidOperation:
            warnings.warn("The row of %s has a strange price." % name)
            return None
        words = row.get("supported_parameters")
        if words is None:
            words = []
        return factory.ModelInfo(
            name=name,
            context_length=length,
            input_price=price_in,
            output_price=price_out,
            input_modalities=self.kinds(row, "input_modalities"),
            output_modalities=self.kinds(row, "output_modalities"),
            supports_tools="tools" in words,
            supports_structured_output="structured_outputs" in words,
            supports_reasoning="reasoning" in words,
        )


class LiveCatalogue:
    """The models of the service."""

    def __init__(
        self,
        http_client,
        *,
        base_url=OPENROUTER_URL,
        ttl=300.0,
        clock=time.monotonic,
    ):
        self.client = http_client
        if base_url.endswith("/"):
            base_url = base_url[:-1]
        self.url = base_url + "/models"
        self.ttl = ttl
        self.clock = clock
        self.reader = Reader()
        self.good_list = None
        self.time_of_list = None
        self.asking = False
        self.result_number = 0
        self.results = {}
        self.news = asyncio.Condition()
        self.background = None
        self.stale = None

    async def models(self):
        need = True
        if self.good_list is not None:
            if self.clock() - self.time_of_list < self.ttl:
                need = False
        if need:
            good = await self.wait_for_result()
            self.stale = not good
        else:
            self.stale = False
        answer = {}
        if self.good_list is None:
            for info in factory.all_models():
                answer[info.name] = info
        else:
            for name in self.good_list:
                answer[name] = self.good_list[name]
        return answer

    async def wait_for_result(self):
        if not self.asking:
            self.asking = True
            self.result_number += 1
            self.background = asyncio.create_task(self.ask(self.result_number))
        number = self.result_number
        async with self.news:
            await self.news.wait_for(lambda: number in self.results)
        return self.results[number]

    async def ask(self, number):
        good = False
        try:
            models = {}
            url = self.url
            while url is not None:
                url = await self.one_page(url, models)
            self.good_list = models
            self.time_of_list = self.clock()
            good = True
        except ServiceIsDown:
            good = False
        finally:
            self.asking = False
            self.results[number] = good
            async with self.news:
                self.news.notify_all()

    async def one_page(self, url, models):
        try:
            response = await self.client.get(url, headers={"Accept": "application/json"})
        except Exception as error:
            raise ServiceIsDown() from error
        if response.status_code >= 400:
            raise ServiceIsDown()
        try:
            page = response.json()
        except ValueError:
            raise ServiceIsDown()
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            raise ServiceIsDown()
        for row in page["data"]:
            info = self.reader.read(row)
            if info is not None:
                models[info.name] = info
        links = page.get("links")
        if not links or not links.get("next"):
            return None
        following = links["next"]
        if "://" in following:
            return following
        parts = urlsplit(url)
        return parts.scheme + "://" + parts.netloc + following

    async def get_model_info(self, name):
        models = await self.models()
        if name in models:
            return models[name]
        short = name.split("@preset/")[0].split(":")[0]
        if short in models:
            return models[short]
        raise ValueError("I do not know the model " + name + ".")
