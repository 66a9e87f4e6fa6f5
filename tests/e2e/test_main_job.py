"""Sign up, upload, index, ask: the main job, through the gateway only."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tools.client import Client

HANDBOOK = Path(__file__).parents[2] / "examples" / "harbour-library.md"


def indexed_assistant(client: Client, *files: tuple[str, bytes]) -> tuple[str, dict[str, Any]]:
    """An assistant over a fresh knowledge base of these files, and how indexing went."""
    base = client.create_knowledge_base("Library")["uuid"]
    for name, content in files or [(HANDBOOK.name, HANDBOOK.read_bytes())]:
        client.upload(base, name, content)
    assistant = client.save_assistant(agentName="Robin", goal="Answer from the handbook.")
    client.set_knowledge_base(assistant, base)
    return assistant, client.wait_for_task(client.index(assistant_id=assistant))


def ask(client: Client, question: str, **fields: Any) -> dict[str, Any]:
    """The whole answer: its text, its citations, the last line."""
    lines = list(client.stream(question, **fields))
    kinds = [line["type"] for line in lines]
    assert kinds[-1] == "done", lines
    assert "error" not in kinds, lines
    return {
        "text": "".join(line["content"] for line in lines if line["type"] == "token"),
        "citations": [c for line in lines if line["type"] == "citations" for c in line["data"]],
        "done": lines[-1],
    }


def test_an_answer_is_grounded_and_cites_its_passage(client: Client) -> None:
    assistant, task = indexed_assistant(client)
    assert (task["status"], task["result"]["indexed"]) == ("SUCCESS", 1)

    answer = ask(client, "How long are tools such as drills lent for?", assistant_uuid=assistant)

    assert "three days" in answer["text"]
    cited = answer["citations"][0]
    assert cited["document_name"] == HANDBOOK.name
    assert "three days" in cited["text"]
    assert 0 <= cited["score"] <= 1
    supported = [c for c in answer["citations"] if c["start"] is not None]
    assert supported
    for citation in supported:
        assert answer["text"][citation["start"] : citation["end"]].strip()


def test_says_so_when_the_documents_do_not_know(client: Client) -> None:
    assistant, _ = indexed_assistant(client)
    answer = ask(client, "Who painted the Mona Lisa?", assistant_uuid=assistant)
    assert "Leonardo" not in answer["text"]
    assert "document" in answer["text"].lower()
    assert answer["citations"] == []


def test_a_conversation_goes_on_by_its_id(client: Client) -> None:
    assistant, _ = indexed_assistant(client)
    first = ask(client, "What does membership cost for adults?", assistant_uuid=assistant)
    conversation = first["done"]["conversation_id"]
    second = ask(
        client, "And for households?", assistant_uuid=assistant, conversation_id=conversation
    )
    assert second["done"]["conversation_id"] == conversation


def test_one_bad_document_never_fails_the_others(client: Client) -> None:
    assistant, task = indexed_assistant(
        client,
        ("good.md", HANDBOOK.read_bytes()),
        ("broken.pdf", b"%PDF-1.7\nthis is all there is"),
        ("blank.txt", b" \n\n "),
    )
    assert task["status"] == "SUCCESS"
    assert task["progress"] | {"stage": ""} == {"done": 3, "total": 3, "failed": 2, "stage": ""}
    assert task["result"]["indexed"] == 1
    assert {failed["name"] for failed in task["result"]["failed"]} == {"broken.pdf", "blank.txt"}
    assert (
        "12 books" in ask(client, "How many books may I borrow?", assistant_uuid=assistant)["text"]
    )


def test_a_task_of_bad_documents_only_is_a_failure(client: Client) -> None:
    _, task = indexed_assistant(client, ("broken.pdf", b"%PDF-1.7\nthis is all there is"))
    assert task["status"] == "FAILURE"
    assert task["error"]


def test_nothing_left_to_index_is_a_success_at_once(client: Client) -> None:
    assistant, _ = indexed_assistant(client)
    again = client.wait_for_task(client.index(assistant_id=assistant), within_s=5)
    assert (again["status"], again["progress"]["total"]) == ("SUCCESS", 0)


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00" + bytes(200)])
def test_refuses_what_is_no_document(client: Client, content: bytes) -> None:
    base = client.create_knowledge_base("Library")["uuid"]
    with pytest.raises(httpx.HTTPStatusError) as error:
        client.upload(base, "setup.exe" if content else "empty.txt", content)
    assert error.value.response.status_code == 400
    assert list(error.value.response.json()) == ["file"]
    assert client.documents(base) == []


def test_a_strangers_things_do_not_exist(client: Client, stranger: Client) -> None:
    assistant, _ = indexed_assistant(client)
    base = client.http.get("/api/analytics/knowledge-bases/").json()[0]
    task = client.index(assistant_id=assistant)
    http = stranger.http
    missing = "00000000-0000-4000-8000-000000000000"
    for path in (
        "/api/analytics/knowledgebase/list/?kb_uuid={base}",
        "/api/analytics/assistant/config/{assistant}/",
        "/api/analytics/assistant/final-prompt/?assistant_uuid={assistant}",
        "/api/analytics/get-task-status/{task}/",
    ):
        theirs = http.get(path.format(base=base["uuid"], assistant=assistant, task=task))
        nobodys = http.get(path.format(base=missing, assistant=missing, task=missing))
        assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)
        assert (theirs.status_code, theirs.json()) == (404, {"detail": "Not found."})
    refused = {
        "/api/analytics/index-documents/": {"assistant_id": assistant},
        "/api/analytics/set_assistant_kb/": {"assistant_id": assistant, "kb_id": base["uuid"]},
        "/api/analytics/stream/": {
            "assistant_uuid": assistant,
            "messages": [{"role": "user", "content": "hello"}],
        },
    }
    for path, body in refused.items():
        answer = http.post(path, json=body)
        assert answer.status_code == 400, answer.text
        assert ["Object does not exist."] in answer.json().values()
    with pytest.raises(httpx.HTTPStatusError) as error:
        stranger.upload(base["uuid"], "a.txt", b"hello")
    assert error.value.response.json() == {"kb_uuid": ["Object does not exist."]}


def test_the_prompt_is_what_the_configuration_says(client: Client) -> None:
    assistant = client.save_assistant(agent_name="Robin", goal="Sell {{nothing}} at 100 %.")
    prompt = client.http.get(
        "/api/analytics/assistant/final-prompt/", params={"assistant_uuid": assistant}
    ).json()["final_prompt"]
    assert "Robin" in prompt
    assert "Sell {{nothing}} at 100 %." in prompt
