import pytest
from pydantic import ValidationError

from chassis.field_errors import invalid_request
from contracts.rpc.assistants.configurations import AssistantFields
from contracts.rpc.knowledge import CreateKnowledgeBase


def fields(shape: type, payload: dict[str, object]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        shape.model_validate(payload)
    return invalid_request(caught.value).fields


def test_speaks_as_rest_framework_does() -> None:
    told = fields(
        CreateKnowledgeBase,
        {"user_id": 1, "name": " ", "chunk_size": "many", "top_k": 0, "sparse_weightage": None},
    )
    assert told == {
        "name": ["This field may not be blank."],
        "chunk_size": ["A valid integer is required."],
        "top_k": ["Ensure this value is greater than or equal to 1."],
        "sparse_weightage": ["This field may not be null."],
    }


def test_names_what_is_missing() -> None:
    assert fields(CreateKnowledgeBase, {"user_id": 1}) == {"name": ["This field is required."]}


def test_a_rule_over_two_fields_is_told_on_one() -> None:
    told = fields(
        CreateKnowledgeBase, {"user_id": 1, "name": "x", "chunk_size": 64, "chunk_overlap": 64}
    )
    assert told == {"chunk_overlap": ["Must be smaller than chunk_size."]}


def test_a_finding_deep_inside_is_told_on_its_field() -> None:
    assert fields(AssistantFields, {"examples": [{"question": 1}]}) == {
        "examples": ["Not a valid string."]
    }
    assert "languages" in fields(AssistantFields, {"languages": "English"})
