"""Bodies become requests, or are refused with a reason."""

import pytest
from pydantic import ValidationError

from services.models.domain.refusals import InvalidInput, Unsupported
from services.models.entrypoints.chat_schema import ChatBody

USER = {"role": "user", "content": "Hello?"}


def body(**more: object) -> ChatBody:
    return ChatBody.model_validate({"model": "local-extractive", "messages": [USER], **more})


def test_documents_of_every_shape_have_text_and_an_id() -> None:
    documents = [
        "plain",
        {"data": {"title": "T", "snippet": "from snippet"}},
        {"id": "mine", "data": {"colour": "red", "size": 3}},
        {"id": "s", "data": "as string"},
    ]
    read = body(documents=documents).to_request().documents
    assert [each.text for each in read] == [
        "plain",
        "from snippet",
        "colour: red\nsize: 3",
        "as string",
    ]
    assert [each.id for each in read] == ["doc:0", "doc:1", "mine", "s"]
    assert read[1].title == "T"


def test_text_parts_are_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert body(messages=[{"role": "user", "content": parts}]).to_request().turns[0].text == "a\nb"


@pytest.mark.parametrize(
    "more",
    [
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        {"messages": [USER, {"role": "tool", "content": "42"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        {"logprobs": True},
        {"thinking": {"type": "enabled"}},
    ],
)
def test_what_no_model_here_does_is_refused(more: dict) -> None:
    with pytest.raises(Unsupported):
        body(**more).to_request()


@pytest.mark.parametrize(
    "more",
    [
        {"messages": []},
        {"messages": [{"role": "robot", "content": "x"}]},
        {"temperature": 9},
        {"max_tokens": 0},
        {"documents": [3]},
    ],
)
def test_what_breaks_the_api_s_rules_is_invalid(more: dict) -> None:
    with pytest.raises(ValidationError):
        body(**more)


def test_a_request_without_a_user_turn_is_invalid() -> None:
    with pytest.raises(InvalidInput):
        body(messages=[{"role": "system", "content": "x"}]).to_request()


def test_documents_longer_than_the_context_are_invalid() -> None:
    with pytest.raises(InvalidInput, match="documents"):
        body(documents=["x" * 300_000, "y" * 300_000]).to_request()


def test_a_json_format_without_a_schema_means_any_object() -> None:
    assert body(response_format={"type": "json_object"}).to_request().json_schema == {}
    schema = {"type": "object"}
    wanted = body(response_format={"type": "json_object", "json_schema": schema})
    assert wanted.to_request().json_schema == schema
    assert body().to_request().json_schema is None


@pytest.mark.parametrize(("mode", "wanted"), [("OFF", False), ("DISABLED", False), ("FAST", True)])
def test_citations_can_be_switched_off(mode: str, *, wanted: bool) -> None:
    assert body(citation_options={"mode": mode}).to_request().citations is wanted
