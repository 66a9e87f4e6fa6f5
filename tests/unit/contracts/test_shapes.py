from datetime import timedelta

import pytest
from pydantic import ValidationError

from contracts.rpc.assistants.configurations import AssistantFields, SaveConfiguration
from contracts.rpc.knowledge import CreateKnowledgeBase, format_interval, parse_interval


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("1:00:00", 3600),
        ("240:00:00", 864_000),
        ("10 00:00:00", 864_000),
        ("10 days, 0:00:00", 864_000),
        ("1 day, 0:00:01", 86_401),
        (90, 90),
        ("90", 90),
        (90.5, 90),
    ],
)
def test_reads_every_way_to_write_an_interval(given: object, seconds: int) -> None:
    assert parse_interval(given) == timedelta(seconds=seconds)


@pytest.mark.parametrize("given", ["", "soon", "1:99:00", None, True, [], "nan", "inf", "9" * 400])
def test_refuses_what_is_no_interval(given: object) -> None:
    with pytest.raises(ValueError, match="Enter an interval"):
        parse_interval(given)


def test_writes_hours_without_a_bound() -> None:
    assert format_interval(timedelta(days=10)) == "240:00:00"
    assert format_interval(timedelta(hours=1)) == "1:00:00"


def test_reads_both_spellings_and_writes_one() -> None:
    fields = AssistantFields.model_validate({"agentName": "Bob", "organisation_name": "ACME"})
    assert fields.to_wire() == {"agent_name": "Bob", "organisation_name": "ACME"}


def test_only_what_was_set_travels_inside_another_shape() -> None:
    request = SaveConfiguration(user_id=1, fields=AssistantFields(goal="help"))
    assert request.to_wire()["fields"] == {"goal": "help"}
    assert SaveConfiguration.from_wire(request.to_wire()).fields.changes() == {"goal": "help"}


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "\ud800", "x" * 256])
def test_refuses_names_that_cannot_be_stored_or_read(name: str) -> None:
    with pytest.raises(ValidationError):
        CreateKnowledgeBase(user_id=1, name=name)


def test_an_overlap_must_be_smaller_than_the_chunk() -> None:
    with pytest.raises(ValidationError, match="chunk_overlap"):
        CreateKnowledgeBase(user_id=1, name="x", chunk_size=64, chunk_overlap=64)
