"""One answer before the first caller: the SDK loads half of itself, and builds its types, only then."""

import json
from typing import Any

import httpx
from cohere import AsyncClientV2

from services.assistants.adapters.cohere_chat import CohereChatModel, Patience
from services.assistants.domain.answer import ModelRequest
from services.assistants.domain.citation import Passage
from services.assistants.domain.conversation import Turn

CITATION = {"start": 0, "end": 1, "text": "y", "sources": [{"type": "document", "id": "0"}]}
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "message-start", "id": "0", "delta": {"message": {"role": "assistant"}}},
    {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text"}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "y"}}}},
    {"type": "citation-start", "index": 0, "delta": {"message": {"citations": CITATION}}},
    {"type": "citation-end", "index": 0},
    {"type": "content-end", "index": 0},
    {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": {"tokens": {}}}},
)
PASSAGE = Passage(
    document_id=1,
    document_name="x",
    kind="file",
    url="",
    page=None,
    heading="",
    chunk=0,
    text="x",
    score=1,
)
REQUEST = ModelRequest(
    model="rehearsal",
    prompt="x",
    turns=(Turn("user", "x"),),
    passages=(PASSAGE,),
    temperature=0,
    max_tokens=1,
    top_p=1,
    frequency_penalty=0,
    json_mode=False,
)


async def rehearse() -> int:
    """Stream a canned answer through the SDK; no network. Returns the number of events heard."""
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        model = CohereChatModel(
            client=AsyncClientV2(api_key="", base_url="http://rehearsal", httpx_client=http),
            patience=Patience(first_event_s=10, next_event_s=10, total_s=10),
        )
        return len([event async for event in model.stream(REQUEST)])
