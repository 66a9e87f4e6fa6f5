"""Writes an answer as Cohere's v2 wire has it: server-sent events, or one response."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

from services.models.domain.answer import Citation, Finish, FinishReason, Piece, TextPiece
from services.models.domain.refusals import Refusal


def frame(event: dict[str, Any]) -> str:
    """One server-sent event, named by its `type`.

    ASCII only: readers split lines at U+2028 and U+0085 too.
    """
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


class EventWriter:
    """Turns the pieces of one answer into frames."""

    def __init__(self) -> None:
        self.id = str(uuid.uuid4())
        self._citations = 0

    def start(self) -> str:
        """The frames before the first piece."""
        message = {
            "role": "assistant",
            "content": [],
            "tool_plan": "",
            "tool_calls": [],
            "citations": [],
        }
        opened = {"message": {"content": {"type": "text", "text": ""}}}
        return frame(
            {"type": "message-start", "id": self.id, "delta": {"message": message}}
        ) + frame({"type": "content-start", "index": 0, "delta": opened})

    def piece(self, piece: Piece) -> str:
        """The frames of one piece."""
        if isinstance(piece, TextPiece):
            return frame(
                {
                    "type": "content-delta",
                    "index": 0,
                    "delta": {"message": {"content": {"text": piece.text}}},
                }
            )
        if isinstance(piece, Citation):
            return "".join(self._cite(piece))
        return self._end({"finish_reason": piece.reason.value, "usage": usage(piece)})

    def failure(self, message: str) -> str:
        """The frames that end an answer which broke off."""
        return self._end({"finish_reason": FinishReason.ERROR.value, "error": message})

    def timeout(self) -> str:
        """The frames that end an answer which took too long."""
        return self._end({"finish_reason": FinishReason.TIMEOUT.value})

    def _cite(self, citation: Citation) -> Iterator[str]:
        index = self._citations
        self._citations += 1
        delta = {"message": {"citations": wire_citation(citation)}}
        yield frame({"type": "citation-start", "index": index, "delta": delta})
        yield frame({"type": "citation-end", "index": index})

    def _end(self, delta: dict[str, Any]) -> str:
        return (
            frame({"type": "content-end", "index": 0})
            + frame({"type": "message-end", "id": self.id, "delta": delta})
            + "data: [DONE]\n\n"
        )


async def collect(pieces: AsyncIterator[Piece]) -> dict[str, Any]:
    """The whole answer as one response body."""
    text: list[str] = []
    citations: list[dict[str, Any]] = []
    finish = Finish(FinishReason.ERROR, 0, 0)
    async for piece in pieces:
        if isinstance(piece, TextPiece):
            text.append(piece.text)
        elif isinstance(piece, Citation):
            citations.append(wire_citation(piece))
        else:
            finish = piece
    message: dict[str, Any] = {
        "role": "assistant",
        "content": [{"type": "text", "text": "".join(text)}],
    }
    if citations:
        message["citations"] = citations
    return {
        "id": str(uuid.uuid4()),
        "finish_reason": finish.reason.value,
        "message": message,
        "usage": usage(finish),
    }


def usage(finish: Finish) -> dict[str, Any]:
    """Token counts in Cohere's two shapes."""
    counts = {"input_tokens": finish.input_tokens, "output_tokens": finish.output_tokens}
    return {"billed_units": counts, "tokens": counts}


def wire_citation(citation: Citation) -> dict[str, Any]:
    """A citation with the documents it points at."""
    return {
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "content_index": 0,
        "type": "TEXT_CONTENT",
        "sources": [
            {"type": "document", "id": source.id, "document": {"id": source.id, **source.fields}}
            for source in citation.sources
        ],
    }


def refusal_body(refusal_id: str, refusal: Refusal) -> dict[str, str]:
    """An error's body."""
    return {"id": refusal_id, "message": refusal.message}
