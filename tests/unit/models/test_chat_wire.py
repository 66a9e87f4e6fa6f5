"""Answers leave as the events the cohere SDK reads."""

import json

import pytest

from services.models.domain.answer import Citation, Finish, FinishReason, TextPiece
from services.models.domain.conversation import Document
from services.models.entrypoints.chat_wire import EventWriter, collect, frame

SOURCE = Document(id="d1", title="T", text="Text.", fields={"title": "T", "text": "Text."})
PIECES = [
    TextPiece("Zeile\nzwei "),
    TextPiece("ह"),
    Citation(0, 7, "Zeile\nz", [SOURCE]),
    Finish(FinishReason.COMPLETE, 5, 2),
]


def events(frames: str) -> list[dict]:
    found = []
    for block in frames.strip().split("\n\n"):
        *_, data = block.split("\n")
        if data != "data: [DONE]":
            found.append(json.loads(data.removeprefix("data: ")))
    return found


def test_a_frame_has_its_name_and_one_line_of_data() -> None:
    text = frame({"type": "content-delta", "text": "a\nb\r\u2028\u0085"})
    assert text.startswith("event: content-delta\ndata: {")
    assert text.endswith("\n\n")
    assert len(text.rstrip("\n").splitlines()) == 2


def test_the_events_come_in_cohere_s_order() -> None:
    writer = EventWriter()
    frames = writer.start() + "".join(writer.piece(piece) for piece in PIECES)
    assert [event["type"] for event in events(frames)] == [
        "message-start", "content-start", "content-delta", "content-delta", "citation-start",
        "citation-end", "content-end", "message-end",
    ]  # fmt: skip
    assert frames.endswith("data: [DONE]\n\n")


def test_the_end_carries_the_reason_and_the_usage() -> None:
    end = events(EventWriter().piece(PIECES[-1]))[-1]
    assert end["delta"]["finish_reason"] == "COMPLETE"
    assert end["delta"]["usage"]["tokens"] == {"input_tokens": 5, "output_tokens": 2}


def test_a_broken_stream_says_so() -> None:
    end = events(EventWriter().failure("The model failed."))[-1]
    assert end["delta"] == {"finish_reason": "ERROR", "error": "The model failed."}


async def _made():
    for piece in PIECES:
        yield piece


async def test_a_whole_answer_has_the_text_and_its_citations() -> None:
    body = await collect(_made())
    assert body["message"]["content"] == [{"type": "text", "text": "Zeile\nzwei ह"}]
    assert body["message"]["citations"][0]["sources"][0]["id"] == "d1"
    assert body["finish_reason"] == "COMPLETE"


@pytest.mark.parametrize("index", [0, 1])
def test_citations_are_numbered(index: int) -> None:
    writer = EventWriter()
    frames = "".join(writer.piece(PIECES[2]) for _ in range(index + 1))
    assert events(frames)[-1]["index"] == index
