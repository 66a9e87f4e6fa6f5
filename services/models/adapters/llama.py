"""Runs a GGUF model with llama.cpp inside this process, spoken to over a private loopback port."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
import structlog

from services.models.domain.refusals import Busy, InvalidInput, NotReady
from services.models.ports import Generated, GenerationEnd, GenerationRequest

log = structlog.get_logger()

_TIMEOUT = httpx.Timeout(None, connect=5.0)  # the door has the deadline


class LlamaGenerator:
    """One model with `slots` generations at a time and `queue_limit` that wait.

    Loading starts with `start`; requests that come earlier wait for it. Closing a generation's
    iterator closes its connection, on which llama.cpp stops.
    """

    def __init__(
        self,
        name: str,
        gguf: Path,
        *,
        slots: int,
        threads: int,
        context_tokens: int,
        queue_limit: int,
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self._gguf = gguf
        self._slots = slots
        self._threads = threads
        self._queue_limit = queue_limit
        self._free = asyncio.Semaphore(slots)
        self._waiting = 0
        self._loading: asyncio.Task[httpx.AsyncClient] | None = None
        self._native: Any = None

    @property
    def state(self) -> Literal["loading", "ready", "failed"]:
        """Where loading stands."""
        task = self._loading
        if task is None or not task.done():
            return "loading"
        return "failed" if task.cancelled() or task.exception() else "ready"

    def start(self) -> None:
        """Load in the background; needs a running loop."""
        self._loading = asyncio.create_task(self._load(), name=f"load-{self.name}")

    async def close(self) -> None:
        """Stop loading, close connections; the model's memory goes with the process."""
        if self._loading is None:
            return
        if self.state == "ready":
            await self._loading.result().aclose()
        self._loading.cancel()

    async def generate(
        self, request: GenerationRequest
    ) -> AsyncGenerator[Generated | GenerationEnd]:
        """Pieces as they are made; raises Busy, NotReady, and InvalidInput for a prompt too long."""
        client = await self._client()
        async with (
            self._slot(),
            client.stream("POST", "/v1/chat/completions", json=_body(request)) as answer,
        ):
            if answer.status_code != 200:
                raise InvalidInput(f"{self.name}: {_error(await answer.aread())}")
            is_cut = False
            async for event in _events(answer):
                for choice in event.get("choices", []):
                    is_cut = is_cut or choice.get("finish_reason") == "length"
                    if text := choice.get("delta", {}).get("content"):
                        yield Generated(text)
                if usage := event.get("usage"):
                    yield GenerationEnd(is_cut, usage["prompt_tokens"], usage["completion_tokens"])

    async def _client(self) -> httpx.AsyncClient:
        if self._loading is None:
            raise NotReady(f"{self.name} is not started.")
        try:
            return await asyncio.shield(self._loading)
        except RuntimeError as error:
            raise NotReady(f"{self.name} could not be loaded: {error}") from error

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._free.locked() and self._waiting >= self._queue_limit:
            raise Busy(f"{self.name} has {self._slots} slots and all are taken.", retry_after=5)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    async def _load(self) -> httpx.AsyncClient:
        key = secrets.token_urlsafe(32)
        try:
            self._native = await asyncio.to_thread(self._start_native, key)
        except RuntimeError:
            log.exception("generator_load_failed", model=self.name, file=str(self._gguf))
            raise
        log.info("generator_loaded", model=self.name)
        return httpx.AsyncClient(
            base_url=self._native.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def _start_native(self, key: str) -> Any:
        # Read by libgomp when it is loaded. Threads that spin while they wait take the CPU from
        # those they wait for: measured 2-4 tokens a second against 56.
        os.putenv("GOMP_SPINCOUNT", "0")
        os.putenv("OMP_WAIT_POLICY", "passive")
        import xllamacpp  # noqa: PLC0415 - 100 MB that only generation needs

        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._gguf)
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.api_keys = [key]
        parameters.ui = False
        parameters.endpoint_slots = False
        parameters.n_parallel = self._slots
        parameters.n_ctx = self.context_tokens * self._slots
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.cache_ram_mib = 0
        parameters.verbosity = 0
        return xllamacpp.Server(parameters)


async def _events(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """The JSON of each server-sent event; lines end at LF only, as text may hold U+2028."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                yield json.loads(line.removeprefix(b"data: "))


def _body(request: GenerationRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": request.messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": True,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": request.top_k,
        "seed": request.seed,
        "frequency_penalty": request.frequency_penalty,
        "presence_penalty": request.presence_penalty,
    }
    if request.json_schema:
        schema = {"name": "answer", "schema": request.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif request.json_schema is not None:
        body["response_format"] = {"type": "json_object"}
    return {key: value for key, value in body.items() if value is not None}


def _error(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return "the model refused the request"
