"""What Meta tells the webhook: proved, understood, admitted."""

import base64
import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidRequest, NotAuthenticated, NotFound
from contracts.rpc.assistants.whatsapp import ReceiveWhatsApp, VerifyWhatsApp
from services.assistants.domain.whatsapp_webhook import (
    CalledChannel,
    ChannelSecrets,
    Incoming,
    admitted,
    incoming,
    is_signed,
)
from services.assistants.usecases.receive_whatsapp import (
    ReceiveWhatsAppMessages,
    VerifyWhatsAppWebhook,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = "106540352242922"
CHANNEL = UUID(int=5)
SECRETS = ChannelSecrets(access_token="EAAG", app_secret="s3cret", verify_token="word")


def told(*messages: dict[str, Any], number: str = NUMBER, **more: Any) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
        "messages": list(messages),
        **more,
    }
    entry = {"id": "1", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def a_message(**fields: Any) -> dict[str, Any]:
    usual = {"from": "4917012345", "id": "wamid.A", "timestamp": "1700000000", "type": "text"}
    return {**usual, "text": {"body": "How long?"}, **fields}


def heard(body: bytes) -> list[tuple[str, str]]:
    found = incoming(body, phone_number_id=NUMBER, now=NOW)
    return [(each.kind, each.text) for each in found]


def test_a_signature_is_over_the_raw_bytes() -> None:
    body = b'{"a": 1}'
    good = "sha256=" + hmac.new(b"s3cret", body, sha256).hexdigest()
    assert is_signed(body, good, app_secret="s3cret")
    for wrong in ("", "sha256=", good[:-1], good.upper(), good.removeprefix("sha256="), "sha256=ü"):
        assert not is_signed(body, wrong, app_secret="s3cret")
    assert not is_signed(b'{"a":1}', good, app_secret="s3cret")
    assert not is_signed(body, good, app_secret="another")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [("question", "How long?")]),
        ({"text": {"body": "a\x00b\ud800"}}, [("question", "ab?")]),
        ({"type": "button", "button": {"text": "Yes"}}, [("question", "Yes")]),
        (
            {"type": "interactive", "interactive": {"list_reply": {"id": "1", "title": "Tools"}}},
            [("question", "Tools")],
        ),
        ({"type": "image", "image": {"id": "1"}}, [("unsupported", "")]),
        ({"type": "audio", "audio": {"id": "1"}}, [("unsupported", "")]),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, []),
        ({"type": "system"}, []),
        ({"from": None}, []),
        ({"id": "x" * 256}, []),
        ({"text": "broken"}, [("unsupported", "")]),
    ],
)
def test_messages_are_understood(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert heard(told(a_message(**fields))) == expected


def test_statuses_and_other_numbers_are_left_out() -> None:
    assert heard(told(statuses=[{"id": "wamid.B", "status": "delivered"}])) == []
    assert heard(told(a_message(), number="1")) == []


def test_messages_come_in_the_order_in_which_they_were_written() -> None:
    late, early = a_message(text={"body": "late"}), a_message(timestamp="1", text={"body": "early"})
    assert [text for _, text in heard(told(late, early))] == ["early", "late"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["entry", "changes", "value", "metadata", "messages", "id", "from", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_shape_of_it_is_an_error(value: Any) -> None:
    body = json.dumps(value).encode()
    try:
        assert isinstance(heard(body), list)
    except InvalidRequest:
        assert not isinstance(value, dict)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        heard(body)


def test_one_too_many_is_told_so_and_the_others_are_ignored() -> None:
    kinds = [admitted("question", recent=recent, per_minute=2) for recent in range(4)]
    assert kinds == [
        ("question", "waiting"),
        ("question", "waiting"),
        ("too_many", "waiting"),
        ("too_many", "ignored"),
    ]


class Channels:
    """One channel."""

    def called(self, channel_uuid: UUID) -> CalledChannel:
        if channel_uuid != CHANNEL:
            raise NotFound(what="channel")
        return CalledChannel(id=9, phone_number_id=NUMBER, secrets=SECRETS)


class Inbox:
    def __init__(self) -> None:
        self.kept: list[Incoming] = []

    def keep(self, channel_id: int, found: Any, *, per_minute: int) -> int:
        assert (channel_id, per_minute) == (9, 20)
        self.kept += found
        return len(found)


def receiving() -> tuple[ReceiveWhatsAppMessages, Inbox]:
    channels: Any = Channels()
    inbox = Inbox()
    return ReceiveWhatsAppMessages(
        channels=channels, inbox=inbox, per_minute=20, now=lambda: NOW
    ), inbox


def a_call(body: bytes, *, secret: bytes = b"s3cret") -> ReceiveWhatsApp:
    signature = "sha256=" + hmac.new(secret, body, sha256).hexdigest()
    text = base64.b64encode(body).decode()
    return ReceiveWhatsApp(channel_uuid=CHANNEL, signature=signature, body=text)


def test_only_what_meta_signed_is_kept() -> None:
    receive, inbox = receiving()
    with pytest.raises(NotAuthenticated):
        receive(a_call(told(a_message()), secret=b"another"))
    assert inbox.kept == []
    assert receive(a_call(told(a_message()))).messages == 1
    assert receive(a_call(told())).messages == 0
    assert [each.sender for each in inbox.kept] == ["4917012345"]


def test_the_signature_is_checked_before_the_body_is_read() -> None:
    receive, _ = receiving()
    with pytest.raises(NotAuthenticated):
        receive(a_call(b"[", secret=b"another"))
    with pytest.raises(InvalidRequest):
        receive(a_call(b"["))


def test_a_webhook_is_verified_by_its_token() -> None:
    channels: Any = Channels()
    verify = VerifyWhatsAppWebhook(channels=channels)
    good = VerifyWhatsApp(channel_uuid=CHANNEL, verify_token="word")
    assert verify(good).channel_uuid == CHANNEL
    for wrong in ("", "Word", "wordy", "wörd"):
        with pytest.raises(NotAuthenticated):
            verify(good.model_copy(update={"verify_token": wrong}))
    with pytest.raises(NotFound):
        verify(good.model_copy(update={"channel_uuid": UUID(int=6)}))


def test_secrets_are_not_shown_by_accident() -> None:
    assert "s3cret" not in repr(SECRETS)
