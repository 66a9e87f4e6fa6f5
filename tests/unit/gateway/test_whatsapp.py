"""WhatsApp over HTTP: endpoint 15, the channel, the webhook."""

import base64

import httpx
import pytest

from contracts.errors import Conflict, ServiceError, Unavailable
from contracts.rpc.assistants.whatsapp import MAX_BODY_BYTES
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE, MY_ID

CHAT = "/api/analytics/wa-chat/"
ASKED = {"model_uuid": str(MINE), "messages": [{"role": "user", "content": "How long?"}]}
CHANNEL = f"/api/analytics/assistant/{MINE}/whatsapp/"
WEBHOOK = f"/webhooks/whatsapp/{MINE}/"


async def test_the_whole_answer_comes_at_once(me: httpx.AsyncClient, behind: Behind) -> None:
    assert json_of(await me.post(CHAT, json=ASKED), 200) == {"message": "*Two years*"}
    assert behind.whole_answers.asked == [
        {"user_id": MY_ID, "assistant_uuid": MINE, "messages": [("user", "How long?")]}
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"model_uuid": None}, {"model_uuid": ["This field may not be null."]}),
        ({"model_uuid": str(FOREIGN)}, {"model_uuid": ["Object does not exist."]}),
        ({"messages": []}, {"messages": ["This list may not be empty."]}),
    ],
)
async def test_a_wrong_question_is_refused(
    me: httpx.AsyncClient, change: dict[str, object], expected: dict[str, list[str]]
) -> None:
    assert json_of(await me.post(CHAT, json={**ASKED, **change}), 400) == expected


async def test_the_assistant_has_to_be_named(me: httpx.AsyncClient) -> None:
    body = {"messages": ASKED["messages"]}
    expected = {"model_uuid": ["This field is required."]}
    assert json_of(await me.post(CHAT, json=body), 400) == expected


@pytest.mark.parametrize(
    ("failure", "status"), [(Conflict("This assistant is archived."), 409), (Unavailable(), 503)]
)
async def test_what_fails_is_told(
    me: httpx.AsyncClient, behind: Behind, failure: ServiceError, status: int
) -> None:
    behind.whole_answers.failure = failure
    assert json_of(await me.post(CHAT, json=ASKED), status) == {"detail": failure.detail}


async def test_the_channel_says_where_its_webhook_is(me: httpx.AsyncClient) -> None:
    told = json_of(await me.put(CHANNEL, json={"verify_token": "word"}), 200)
    assert told["webhook_path"] == WEBHOOK
    assert told["access_token"] == "********"
    assert json_of(await me.get(CHANNEL), 200) == told
    assert (await me.delete(CHANNEL)).status_code == 204


@pytest.mark.parametrize(
    "fields",
    [
        {"phone_number_id": "12/../34"},
        {"access_token": "two words"},
        {"access_token": "a\r\nb"},
        {"app_secret": ""},
        {"verify_token": "ü"},
    ],
)
async def test_secrets_that_would_not_travel_are_refused(
    me: httpx.AsyncClient, fields: dict[str, str]
) -> None:
    assert list(json_of(await me.put(CHANNEL, json=fields), 400)) == list(fields)


async def test_meta_gets_its_challenge_back(anyone: httpx.AsyncClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "1158201444"}
    answer = await anyone.get(WEBHOOK, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.mode": "x"}, {"hub.verify_token": "another"}):
        assert (await anyone.get(WEBHOOK, params={**asked, **wrong})).status_code == 401
    assert (await anyone.get(WEBHOOK)).status_code == 401


async def test_the_raw_body_goes_on_as_it_came(anyone: httpx.AsyncClient, behind: Behind) -> None:
    raw = b'{ "object":\xff "odd spaces" }'
    signed = {"X-Hub-Signature-256": "good"}
    assert json_of(await anyone.post(WEBHOOK, content=raw, headers=signed), 200) == {"messages": 1}
    assert base64.b64decode(behind.whatsapp.asked[-1].body) == raw


async def test_a_wrong_webhook_call_is_refused(anyone: httpx.AsyncClient) -> None:
    signed = {"X-Hub-Signature-256": "good"}
    assert json_of(await anyone.post(WEBHOOK, content=b"{}"), 401)["detail"]
    elsewhere = f"/webhooks/whatsapp/{FOREIGN}/"
    assert (await anyone.post(elsewhere, content=b"{}", headers=signed)).status_code == 404
    too_long = await anyone.post(WEBHOOK, content=b" " * (MAX_BODY_BYTES + 1), headers=signed)
    assert too_long.status_code == 413
    longest = await anyone.post(WEBHOOK, content=b" " * MAX_BODY_BYTES, headers=signed)
    assert longest.status_code == 200
