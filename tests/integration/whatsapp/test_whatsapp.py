"""WhatsApp from the webhook to the Graph API, through the processes that do it."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.stack import Stack
from tools.client import Client

from .conftest import APP_SECRET, NUMBER, PASSWORD, VERIFY_TOKEN, Channel, wait_until
from .meta_stand_in import TOKEN, MetaStandIn

Rows = Callable[[str], list[Any]]


def test_a_message_is_answered_formatted_and_the_conversation_goes_on(
    channel: Channel, meta: MetaStandIn
) -> None:
    began = time.monotonic()
    assert channel.says("How long?").json() == {"messages": 1}
    assert time.monotonic() - began < 1
    wait_until(lambda: meta.to(channel.person))
    channel.says("And in summer?")
    wait_until(lambda: len(meta.to(channel.person)) == 2)

    answers = [f"*You asked:* {text}" for text in ("How long?", "And in summer?")]
    assert meta.to(channel.person) == answers
    assert meta.asked[-1][-2:] == ["How long?", "And in summer?"]
    assert len(meta.read) == 2
    (talk,) = channel.client.http.get("/api/analytics/conversations/").json()
    assert (talk["title"], talk["messages"]) == ("How long?", 4)


def test_a_message_that_meta_tells_again_is_answered_once(
    channel: Channel, meta: MetaStandIn
) -> None:
    first = channel.says("Once", wamid="wamid.same" + channel.person)
    again = [channel.says("Once", wamid="wamid.same" + channel.person) for _ in range(3)]
    assert [each.json()["messages"] for each in (first, *again)] == [1, 0, 0, 0]
    channel.says("Then")
    wait_until(lambda: "*You asked:* Then" in meta.to(channel.person))
    assert meta.to(channel.person).count("*You asked:* Once") == 1


def test_messages_of_one_person_are_answered_in_order(channel: Channel, meta: MetaStandIn) -> None:
    texts = [f"question {number}" for number in range(5)]
    for text in texts:
        channel.says(text)
    channel.says("one too many")
    channel.says("and more")
    wait_until(lambda: len(meta.to(channel.person)) == 6)
    *answers, slower = meta.to(channel.person)
    assert answers == [f"*You asked:* {text}" for text in texts]
    assert slower.startswith("You are writing faster")


def test_pictures_get_a_sentence_and_thumbs_nothing(channel: Channel, meta: MetaStandIn) -> None:
    assert channel.says(type="reaction", reaction={"emoji": "👍"}).json() == {"messages": 0}
    channel.says(type="image", image={"id": "1"})
    wait_until(lambda: meta.to(channel.person))
    assert meta.to(channel.person) == ["Sorry, I can only read text messages."]
    assert meta.asked == []


def test_only_meta_may_call(channel: Channel, rows: Rows) -> None:
    refused = channel.says("Hello", secret="another")
    assert (refused.status_code, refused.json()) == (401, {"detail": "The signature is wrong."})
    base = str(channel.client.http.base_url).rstrip("/")
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "42"}
    answer = httpx.get(f"{base}{channel.webhook}", params=asked, trust_env=False)
    assert (answer.status_code, answer.text) == (200, "42")
    asked["hub.verify_token"] = "another"
    assert httpx.get(f"{base}{channel.webhook}", params=asked, trust_env=False).status_code == 401
    there = rows(f"select 1 from whatsapp_sender where wa_id = '{channel.person}'")
    assert there == []


def test_a_graph_that_is_busy_is_asked_again(channel: Channel, meta: MetaStandIn) -> None:
    meta.refusals += [(429, 130429), (500, 131000)]
    channel.says("Patience")
    wait_until(lambda: meta.to(channel.person))
    assert meta.to(channel.person) == ["*You asked:* Patience"]
    assert len(meta.asked) == 1  # the answer was made once
    assert channel.shown()["last_error"] is None


def test_a_refused_token_is_shown_until_it_is_replaced(
    channel: Channel, meta: MetaStandIn, rows: Rows
) -> None:
    channel.client.http.put(channel.path, json={"access_token": "EAAGexpired"}).raise_for_status()
    channel.says("Lost")
    wait_until(lambda: channel.shown()["last_error"])
    assert channel.shown()["last_error"] == (
        "WhatsApp answered 401: Malformed access token ********"
    )
    kept = channel.client.http.put(
        channel.path, json={"access_token": TOKEN, "app_secret": "********"}
    ).json()
    assert (kept["app_secret"], kept["last_error"]) == ("********", None)
    channel.says("Found")
    wait_until(lambda: meta.to(channel.person))
    assert meta.to(channel.person) == ["*You asked:* Found"]  # what was refused is not tried again
    stored = rows("select sealed from whatsapp_channel")
    assert not any(secret in row.sealed for row in stored for secret in (TOKEN, APP_SECRET))


def test_a_worker_that_is_killed_loses_nothing_and_says_nothing_twice(
    channel: Channel, meta: MetaStandIn, stack: Stack
) -> None:
    meta.hold.set()
    channel.says("Survive")
    wait_until(lambda: meta.asked)
    stack.kill("assistants-worker")
    meta.hold.clear()
    channel.says("Afterwards")
    wait_until(lambda: len(meta.to(channel.person)) == 2, within_s=40)
    assert meta.to(channel.person) == ["*You asked:* Survive", "*You asked:* Afterwards"]


def test_a_deleted_conversation_begins_anew_and_a_removed_channel_is_gone(
    channel: Channel, meta: MetaStandIn, rows: Rows
) -> None:
    http = channel.client.http
    channel.says("First")
    wait_until(lambda: meta.to(channel.person))
    (talk,) = http.get("/api/analytics/conversations/").json()
    http.delete(f"/api/analytics/conversations/{talk['conversation_id']}/").raise_for_status()
    channel.says("Second")
    wait_until(lambda: len(meta.to(channel.person)) == 2)
    (anew,) = http.get("/api/analytics/conversations/").json()
    assert anew["title"] == "Second"

    assert http.delete(channel.path).status_code == 204
    assert http.get(channel.path).status_code == 404
    assert channel.says("Third").status_code == 404
    assert rows(f"select 1 from whatsapp_sender where wa_id = '{channel.person}'") == []


def test_what_a_user_leaves_behind_is_removed(
    channel: Channel, meta: MetaStandIn, rows: Rows
) -> None:
    channel.says("Remember me")
    wait_until(lambda: meta.to(channel.person))
    (talk,) = channel.client.http.get("/api/analytics/conversations/").json()
    url = f"/api/analytics/conversations/{talk['conversation_id']}/"
    answer = channel.client.http.get(url).json()["turns"][1]["message_id"]
    rated = channel.client.http.post(f"{url}feedback/", json={"message_id": answer, "rating": "up"})
    rated.raise_for_status()
    left = f"""select 1 from whatsapp_sender where wa_id = '{channel.person}'
        union all select 1 from feedback where message_id = {answer}
        union all select 1 from message where content = 'Remember me'"""
    assert len(rows(left)) == 3
    channel.client.delete_account(PASSWORD)
    wait_until(lambda: rows(left) == [])


def test_a_channel_needs_all_its_fields_once(client: Client) -> None:
    assistant = client.save_assistant(agent_name="Ada")
    path = f"/api/analytics/assistant/{assistant}/whatsapp/"
    answer = client.http.put(path, json={"phone_number_id": NUMBER, "app_secret": "********"})
    assert answer.status_code == 400
    assert sorted(answer.json()) == ["access_token", "app_secret", "verify_token"]


def test_the_endpoint_answers_in_one_piece(client: Client, meta: MetaStandIn) -> None:
    assistant = client.save_assistant(agent_name="Ada")
    path = "/api/analytics/wa-chat/"
    asked = {"model_uuid": assistant, "messages": [{"role": "user", "content": "x" * 5_000}]}
    told = client.http.post(path, json=asked).raise_for_status().json()["message"]
    assert told.startswith("*You asked:* xxx")
    assert len(told) <= 4096
    assert told.endswith("…")
    client.http.post(f"/api/analytics/assistant/config/{assistant}/archive/").raise_for_status()
    assert client.http.post(path, json=asked).status_code == 409


@pytest.mark.parametrize("rating", ["up", "down"])
def test_answers_are_rated_and_listed_with_their_questions(client: Client, rating: str) -> None:
    assistant = client.save_assistant(agent_name="Ada")
    lines = list(client.stream("How long?", assistant_uuid=assistant))
    talk, answer = lines[-1]["conversation_id"], lines[-1]["message_id"]
    url = f"/api/analytics/conversations/{talk}/feedback/"
    for given in (rating, {"up": "down", "down": "up"}[rating], rating):
        body = {"message_id": answer, "rating": given, "text": "so"}
        client.http.post(url, json=body).raise_for_status()
    listed = f"/api/analytics/assistant/{assistant}/feedback/"
    (rated,) = client.http.get(listed, params={"rating": rating}).json()
    assert (rated["question"], rated["answer"]) == ("How long?", "**You asked:** How long?")
    read = client.http.get(f"/api/analytics/conversations/{talk}/").json()
    assert [turn["role"] for turn in read["turns"]] == ["user", "assistant"]
    assert read["turns"][1]["feedback"]["rating"] == rating

    own = client.http.post(url, json={"message_id": read["turns"][0]["message_id"], "rating": "up"})
    assert own.json() == {"message_id": ["Object does not exist."]}
    client.http.post(url, json={"message_id": answer, "rating": None}).raise_for_status()
    assert client.http.get(listed).json() == []


def test_conversations_are_their_users_own(client: Client, stack: Stack, channel: Channel) -> None:
    mine = client.save_assistant(agent_name="Ada")
    first = list(client.stream("First?", assistant_uuid=mine))[-1]["conversation_id"]
    second = list(client.stream("Second?"))[-1]["conversation_id"]
    again = list(client.stream("And now?", assistant_uuid=mine, conversation_id=first))[-1]
    assert again["conversation_id"] == first
    url = "/api/analytics/conversations/"
    listed = client.http.get(url).json()
    assert [each["conversation_id"] for each in listed] == [first, second]
    (of_mine,) = client.http.get(url, params={"assistant_uuid": mine}).json()
    assert (of_mine["title"], of_mine["messages"]) == ("First?", 4)

    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as stranger:
        stranger.sign_up(f"stranger-{channel.person}", "a long passphrase")
        for answer in (
            stranger.http.get(f"{url}{first}/"),
            stranger.http.delete(f"{url}{first}/"),
            stranger.http.get(url, params={"assistant_uuid": mine}),
            stranger.http.get(channel.path),
        ):
            assert answer.status_code == 404

    assert client.http.delete(f"{url}{first}/").status_code == 204
    assert client.http.get(f"{url}{first}/").status_code == 404
    asked = {"messages": [{"role": "user", "content": "On?"}], "conversation_id": first}
    refused = client.http.post("/api/analytics/stream/", json=asked)
    assert (refused.status_code, refused.json()) == (
        400,
        {"conversation_id": ["Object does not exist."]},
    )
