"""The client for programs that run in an event loop; the same as `sync`, with `await`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from lookalike_client.calls import Call, Pages, Pause, Received, Routine
from lookalike_client.operations import catalogue, hooks, images, searching, writing
from lookalike_client.tries import RETRIES, TIMEOUT, Outcome, Policy, Tries
from lookalike_client.wire import Shop

P = ParamSpec("P")
T = TypeVar("T")
Page = TypeVar("Page")
Item = TypeVar("Item")


def _answering(
    make: Callable[P, Call[T]],
) -> Callable[Concatenate[AsyncLookalike, P], Coroutine[Any, Any, T]]:
    @wraps(make)
    async def method(self: AsyncLookalike, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._answer(make(*args, **kwargs))

    return method


def _running(
    make: Callable[P, Routine[T]],
) -> Callable[Concatenate[AsyncLookalike, P], Coroutine[Any, Any, T]]:
    @wraps(make)
    async def method(self: AsyncLookalike, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(make(*args, **kwargs))

    return method


def _iterating(
    make: Callable[P, Pages[Page, Item]],
) -> Callable[Concatenate[AsyncLookalike, P], AsyncIterator[Item]]:
    @wraps(make)
    def method(self: AsyncLookalike, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[Item]:
        return self._walk(make(*args, **kwargs))

    return method


class AsyncLookalike:
    """A shop's API, for asyncio; the arguments are those of `Lookalike`.

    Close the client when done, or use it with `async with`; it may be shared by tasks.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._shop, self._policy = Shop(base_url, key), Policy(timeout, retries)
        self._http = httpx.AsyncClient(transport=transport)

    search = _answering(searching.search)
    search_batch = _answering(searching.search_batch)
    embed = _answering(searching.embed)
    results = _answering(searching.results)
    iter_results = _iterating(searching.iter_results)
    feedback = _answering(searching.feedback)
    forget = _answering(searching.forget)
    products = _iterating(catalogue.products)
    product_page = _answering(catalogue.product_page)
    product = _answering(catalogue.product)
    similar = _answering(catalogue.similar)
    put_product = _answering(writing.put_product)
    patch_product = _answering(writing.patch_product)
    delete_product = _answering(writing.delete_product)
    bulk = _iterating(writing.bulk)
    add_image = _answering(images.add_image)
    image = _answering(images.image)
    wait_until_indexed = _running(images.wait_until_indexed)
    delete_image = _answering(images.delete_image)
    webhooks = _iterating(hooks.webhooks)
    webhook_page = _answering(hooks.webhook_page)
    create_webhook = _answering(hooks.create_webhook)
    webhook = _answering(hooks.webhook)
    change_webhook = _answering(hooks.change_webhook)
    delete_webhook = _answering(hooks.delete_webhook)
    ping_webhook = _answering(hooks.ping_webhook)
    deliveries = _iterating(hooks.deliveries)
    delivery_page = _answering(hooks.delivery_page)
    replay = _answering(hooks.replay)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shop.base_url!r})"

    async def _answer(self, call: Call[T]) -> T:
        tries = Tries(call, self._shop, self._policy)
        while (pause := tries.settle(await self._attempt(tries))) is not None:
            await asyncio.sleep(pause)
        return tries.value()

    async def _attempt(self, tries: Tries[T]) -> Outcome:
        body = bytearray()
        try:
            response = await self._http.send(tries.request(), stream=True)
            async with aclosing(response):
                async for piece in response.aiter_bytes():
                    body += piece
                    tries.left()  # an answer that drips in ends as well
        except httpx.RequestError as error:
            return error
        return Received(response.status_code, dict(response.headers), bytes(body))

    async def _run(self, routine: Routine[T]) -> T:
        answer = None
        while True:
            try:
                step = routine.send(answer)
            except StopIteration as end:
                value: T = end.value
                return value
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                answer = await self._answer(step)

    async def _walk(self, pages: Pages[Page, Item]) -> AsyncIterator[Item]:
        here = pages.first
        page = await self._answer(here) if isinstance(here, Call) else here
        for item in pages.items(page):
            yield item
        while (following := pages.following(page)) is not None:
            page = await self._answer(following)
            for item in pages.items(page):
                yield item
