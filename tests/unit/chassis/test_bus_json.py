"""What goes over the bus: as long as what the client sent, and never longer than the broker takes."""

import json

import pytest

from chassis.bus_json import MAX_MESSAGE_BYTES, MessageTooLong, encoded


def test_letters_travel_as_they_came() -> None:
    assert encoded({"a": ["支", "😀", "\x01"]}) == '{"a":["支","😀","\\u0001"]}'.encode()


def test_a_lone_surrogate_is_escaped() -> None:
    assert json.loads(encoded({"a": "\ud800"})) == {"a": "\ud800"}


def test_a_message_that_the_broker_refuses_is_not_sent() -> None:
    assert len(encoded("x" * (MAX_MESSAGE_BYTES - 2))) == MAX_MESSAGE_BYTES
    with pytest.raises(MessageTooLong, match="1048577 bytes"):
        encoded("x" * (MAX_MESSAGE_BYTES - 1))
