"""A model server whose chat is a script that takes its time; a local model server answers the rest.

with ScriptedModels(behind=url, key=key, answer=quote, latency_s=0.5, at_once=4) as models:
    Stack(..., variables={"PARLANCE_MODELS_URL": models.url})
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

HOST = "127.0.0.1"
STARTS_WITHIN_S = 10
Body = dict[str, Any]


class Hang(Exception):
    """Raised by a script whose model never answers."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; `source`: the document that it quotes, by its place in the request's list."""

    text: str
    source: int | None = None


Script = Callable[[Body], Said]


def quote(body: Body) -> Said:
    """The sentence of the documents that shares most words with the question, or that it does not know."""
    asked = _words(question_of(body))
    best, said = 0.0, Said("I do not know: the documents do not say.")
    for place, document in enumerate(body.get("documents") or []):
        for sentence in re.split(r"(?<=[.!?])\s+|\n\s*\n", document["data"]["text"]):
            words = _words(sentence)
            shared = len(asked & words) - 0.001 * len(words)
            if shared > best:
                best, said = shared, Said(sentence.strip(), place)
    return said


def question_of(body: Body) -> str:
    """The last message."""
    return _text(body["messages"][-1])


def prompt_of(body: Body) -> str:
    """The system messages."""
    return "\n".join(_text(each) for each in body["messages"] if each["role"] == "system")


class ScriptedModels:
    """`answer` is asked when the model begins; `latency_s` later the whole answer comes at once.

    Only `at_once` answers are made at a time, further ones wait. `worked` has when each began and ended.
    """

    def __init__(
        self, *, behind: str, key: str, answer: Script, latency_s: float = 0.0, at_once: int = 4
    ) -> None:
        self.answer = answer
        self.latency_s = latency_s
        self.worked: list[tuple[float, float]] = []
        self._slots = asyncio.Semaphore(at_once)  # since 3.10 of the loop that first waits
        self._behind = behind
        self._key = key
        routes = [
            Route("/v2/chat", self._chat, methods=["POST"]),
            Route("/{path:path}", self._forward, methods=["GET", "POST", "HEAD"]),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(
            app,
            host=HOST,
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="scripted-models")

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the scripted model server did not start")
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(STARTS_WITHIN_S)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        async with httpx.AsyncClient(
            base_url=self._behind, timeout=60, trust_env=False
        ) as self._client:
            await self._server.serve()

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        try:
            said = await self._answer(body)
        except Hang:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response(status_code=503)
        if body.get("stream"):
            return StreamingResponse(_sse(_events(said, body)), media_type="text/event-stream")
        return JSONResponse(_whole(said))

    async def _answer(self, body: Body) -> Said:
        async with self._slots:
            began = time.monotonic()
            said = self.answer(body)
            await asyncio.sleep(self.latency_s)
            self.worked.append((began, time.monotonic()))
        return said

    async def _forward(self, request: Request) -> Response:
        """As the local model server answers it."""
        headers = {"Authorization": f"Bearer {self._key}"}
        if kind := request.headers.get("content-type"):
            headers["Content-Type"] = kind
        answer = await self._client.request(
            request.method, request.url.path, content=await request.body(), headers=headers
        )
        return Response(
            answer.content, answer.status_code, media_type=answer.headers.get("content-type")
        )


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2}


def _text(message: Body) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(each["text"] for each in content)


def _usage(said: Said) -> Body:
    tokens = {"input_tokens": 100, "output_tokens": len(said.text.split())}
    return {"billed_units": tokens, "tokens": tokens}


def _whole(said: Said) -> Body:
    message = {"role": "assistant", "content": [{"type": "text", "text": said.text}]}
    return {
        "id": "scripted",
        "finish_reason": "COMPLETE",
        "message": message,
        "usage": _usage(said),
    }


def _events(said: Said, body: Body) -> list[Body]:
    empty: Body = {"role": "assistant", "content": [], "tool_calls": [], "citations": []}
    text = {"message": {"content": {"type": "text", "text": ""}}}
    events: list[Body] = [
        {"type": "message-start", "id": "scripted", "delta": {"message": empty}},
        {"type": "content-start", "index": 0, "delta": text},
        {
            "type": "content-delta",
            "index": 0,
            "delta": {"message": {"content": {"text": said.text}}},
        },
    ]
    if said.source is not None:
        events += _citation(said, body["documents"][said.source])
    ended = {"finish_reason": "COMPLETE", "usage": _usage(said)}
    return [
        *events,
        {"type": "content-end", "index": 0},
        {"type": "message-end", "id": "scripted", "delta": ended},
    ]


def _citation(said: Said, document: Body) -> list[Body]:
    source = {"type": "document", "id": document["id"], "document": document["data"]}
    citation = {
        "start": 0,
        "end": len(said.text),
        "text": said.text,
        "sources": [source],
        "type": "TEXT_CONTENT",
    }
    return [
        {"type": "citation-start", "index": 0, "delta": {"message": {"citations": citation}}},
        {"type": "citation-end", "index": 0},
    ]


async def _sse(events: list[Body]) -> AsyncIterator[str]:
    for event in events:
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
    yield "data: [DONE]\n\n"
