"""Documents through the gateway: refresh, spreadsheets, deletion, knowledge bases, other users."""

import io
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from tools.client import Client

BASE = "/api/analytics/knowledgebase"
MISSING = "00000000-0000-4000-8000-000000000000"
NOT_FOUND = (404, {"detail": "Not found."})
NO_OBJECT = ["Object does not exist."]
SALES = b"Region,Amount,Day\nNorth,1,2024-02-29\nSouth,2.5,2024-03-01\n"


def refused(call: Callable[[], Any]) -> tuple[int, Any]:
    with pytest.raises(httpx.HTTPStatusError) as error:
        call()
    response = error.value.response
    return response.status_code, response.json()


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "Opening hours"
    sheet.append(["Harbour", "Opens"])
    sheet.append(["Veere", "at six"])
    sheet.append(["Domburg", "at nine"])
    book.save(file)
    return file.getvalue()


def indexed(client: Client, base: str) -> None:
    task = client.wait_for_task(client.index(kb_id=base))
    assert task["status"] == "SUCCESS", task


def cited(client: Client, question: str, assistant: str) -> list[dict[str, Any]]:
    lines = client.stream(question, assistant_uuid=assistant)
    return [each for line in lines if line["type"] == "citations" for each in line["data"]]


def assistant_with(client: Client, base: str) -> str:
    assistant = client.save_assistant(goal="Answer")
    client.set_knowledge_base(assistant, base)
    return assistant


def test_a_refreshed_file_answers_from_its_new_content(client: Client) -> None:
    base = client.create_knowledge_base("Coast")["uuid"]
    document = client.upload(base, "light house.txt", b"The lighthouse burns red.")
    assistant = assistant_with(client, base)
    indexed(client, base)
    path = f"{BASE}/refresh/light%20house.txt/"
    files = {"file": ("whatever.bin", b"The lighthouse burns green.")}

    response = client.http.post(path, files=files)

    assert response.status_code == 200
    answer = response.json()
    assert (answer["message"], answer["filename"]) == ("File refreshed", "light house.txt")
    assert client.wait_for_task(answer["task_id"])["status"] == "SUCCESS"
    (found,) = cited(client, "How does the lighthouse burn?", assistant)
    assert (found["text"], found["document_id"]) == ("The lighthouse burns green.", document["id"])
    (listed,) = client.documents(base)
    assert (listed["id"], listed["size"], listed["status"]) == (document["id"], 27, "indexed")
    assert httpx.get(listed["s3_url"], trust_env=False).content == files["file"][1]
    assert refused(lambda: client.refresh_file("other.txt", b"x")) == NOT_FOUND
    assert refused(lambda: client.refresh_file("light house.txt", b"%PDF-1.7"))[0] == 400
    assert refused(lambda: client.refresh_file("light house.txt", b"x", kb_uuid=MISSING)) == (
        400,
        {"kb_uuid": NO_OBJECT},
    )


def test_a_name_in_two_knowledge_bases_needs_its_knowledge_base(client: Client) -> None:
    one, two = (client.create_knowledge_base(name)["uuid"] for name in ("One", "Two"))
    for base in (one, two):
        client.upload(base, "a.txt", b"old")
    status, body = refused(lambda: client.refresh_file("a.txt", b"new"))
    assert (status, list(body)) == (400, ["kb_uuid"])
    client.wait_for_task(client.refresh_file("a.txt", b"newer", kb_uuid=two))
    assert [client.documents(base)[0]["size"] for base in (one, two)] == [3, 5]


def test_an_excel_is_indexed_row_by_row(client: Client) -> None:
    base = client.create_knowledge_base("Harbours")["uuid"]
    excel = client.add_excel(base, "hours.xlsx", workbook())
    assert {"id", "name", "s3_url"} <= excel.keys()
    assistant = assistant_with(client, base)
    indexed(client, base)
    found = cited(client, "When does the harbour of Domburg open?", assistant)
    assert "Harbour: Domburg; Opens: at nine" in found[0]["text"]
    assert found[0]["kind"] == "excel"
    assert [each["id"] for each in client.excels(base)] == [excel["id"]]
    assert client.documents(base) == client.data_excels(base) == client.knowledge_files(assistant)
    status, body = refused(lambda: client.add_excel(base, "a.txt", b"text"))
    assert (status, list(body)) == (400, ["file"])


def test_a_data_excel_answers_its_summary_and_is_found_by_it(client: Client) -> None:
    base = client.create_knowledge_base("Sales")["uuid"]
    made = client.add_data_excel(base, "sales.csv", SALES)
    assert made["summary"] == (
        "Info:\n2 rows, 3 columns\n"
        "#  Column  Non-Null Count  Type\n"
        "0  Region  2 non-null      text\n"
        "1  Amount  2 non-null      number\n"
        "2  Day     2 non-null      date\n"
        "\nHead:\n"
        "   Region  Amount  Day\n"
        "0  North   1       2024-02-29\n"
        "1  South   2.5     2024-03-01"
    )
    assistant = assistant_with(client, base)
    indexed(client, base)
    assert cited(client, "What is the amount per region?", assistant)[0]["kind"] == "data_excel"
    (counts,) = client.knowledge_bases()
    assert [counts[f"{kind}_count"] for kind in ("files", "excels", "data_excels")] == [0, 0, 1]
    for name, content in (("a.xlsx", b"PK\x03\x04xx"), ("a.csv", b"\n\n"), ("a.pdf", b"%PDF-")):
        status, body = refused(lambda: client.add_data_excel(base, name, content))  # noqa: B023
        assert (status, list(body)) == (400, ["file"])
    assert len(client.data_excels(base)) == 1


def test_a_follow_up_keeps_the_conditions_that_it_does_not_change(client: Client) -> None:
    base = client.create_knowledge_base("Sales")["uuid"]
    rows = b"West,4,2024-05-01\nWest,8,2023-05-01\nWest,6,2024-07-01\n"
    client.add_data_excel(base, "sales.csv", SALES + rows)
    assistant = assistant_with(client, base)
    asked: dict[str, str] = {}
    for question, told in (
        (
            "What is the total amount in the West in 2023?",
            "Region is West and Day is in 2023 is 8,",
        ),
        ("And in 2024?", "Region is West and Day is in 2024 is 10,"),
        ("And in the South?", "Region is South and Day is in 2024 is 2.5,"),
        ("What is the total amount?", "The sum of Amount is 21.5,"),
    ):
        lines = list(client.stream(question, assistant_uuid=assistant, **asked))
        assert told in "".join(line["content"] for line in lines if line["type"] == "token")
        asked = {"conversation_id": lines[-1]["conversation_id"]}


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (f"{BASE}/delete/%s/", 200, {"message": "File deleted"}),
        (f"{BASE}/delete-excel/%s/", 204, None),
        ("/api/analytics/knowledge-file/%s/", 204, None),
        ("/api/analytics/Knowledge-excel/%s", 204, None),
        (f"{BASE}/delete-dataexcel/%s/", 200, {"success": True}),
    ],
)
def test_every_deletion_deletes_every_kind(
    client: Client, stranger: Client, path: str, status: int, body: Any
) -> None:
    base = client.create_knowledge_base("Mixed")["uuid"]
    made = [
        client.upload(base, "a.txt", b"The lighthouse burns."),
        client.add_excel(base, "a.xlsx", workbook()),
        client.add_data_excel(base, "a.csv", SALES),
    ]
    for document in made:
        url = path % document["id"]
        theirs = stranger.http.delete(url)
        assert (theirs.status_code, theirs.json()) == NOT_FOUND
        answer = client.http.delete(url)
        assert answer.status_code == status
        assert (answer.json() if body else answer.content) == (body or b"")
        again = client.http.delete(url)
        assert (again.status_code, again.json()) == NOT_FOUND
    assert client.documents(base) == client.excels(base) == client.data_excels(base) == []


def test_a_deleted_file_is_found_no_more(client: Client) -> None:
    base = client.create_knowledge_base("Coast")["uuid"]
    gone = client.upload(base, "a.txt", b"The lighthouse burns red.")
    client.upload(base, "b.txt", b"The lighthouse burns green.")
    assistant = assistant_with(client, base)
    indexed(client, base)
    assert client.delete_document(gone["id"]) == {"message": "File deleted"}
    found = cited(client, "How does the lighthouse burn?", assistant)
    assert [each["document_name"] for each in found] == ["b.txt"]
    assert [each["name"] for each in client.knowledge_files(assistant)] == ["b.txt"]
    deadline = time.monotonic() + 60
    while httpx.get(gone["s3_url"], trust_env=False).status_code != 404:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_knowledge_base_is_changed_by_its_id_and_by_its_uuid(client: Client) -> None:
    made = client.create_knowledge_base("Coast", description="old", top_k=7)
    by_id = client.update_knowledge_base(made["id"], name="Shore", update_interval="1:00:00")
    by_uuid = client.update_knowledge_base(made["uuid"], description="new")
    assert by_uuid["updated_at"] > by_id["updated_at"] > made["updated_at"]
    assert {k: v for k, v in by_uuid.items() if made.get(k) != v and k != "updated_at"} == {
        "name": "Shore",
        "description": "new",
        "update_interval": "1:00:00",
    }
    wrong = {"name": "", "top_k": 0, "chunk_size": "x", "embedding_type": "y"}
    status, body = refused(lambda: client.update_knowledge_base(made["id"], **wrong))
    assert (status, body.keys()) == (400, wrong.keys())
    assert refused(lambda: client.update_knowledge_base(made["id"], chunk_overlap=512)) == (
        400,
        {"chunk_overlap": ["Must be smaller than chunk_size."]},
    )
    assert client.knowledge_bases() == [by_uuid]


def test_a_deleted_knowledge_base_leaves_its_assistants_without_one(client: Client) -> None:
    base = client.create_knowledge_base("Coast")
    client.upload(base["uuid"], "a.txt", b"The lighthouse burns red.")
    assistant = assistant_with(client, base["uuid"])
    indexed(client, base["uuid"])
    answer = client.delete_knowledge_base(base["id"])
    assert answer == {"message": "Knowledge base and namespace deleted"}
    assert client.knowledge_bases() == []
    assert client.knowledge_files(assistant) == []
    deadline = time.monotonic() + 30
    while client.assistant(assistant)["knowledge_base"] is not None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert cited(client, "How does the lighthouse burn?", assistant) == []
    assert refused(lambda: client.documents(base["uuid"])) == NOT_FOUND
    assert refused(lambda: client.upload(base["uuid"], "a.txt", b"x")) == (
        400,
        {"kb_uuid": NO_OBJECT},
    )


def test_somebody_elses_things_answer_as_those_that_do_not_exist(
    client: Client, stranger: Client
) -> None:
    base = client.create_knowledge_base("Mine")
    client.upload(base["uuid"], "a.txt", b"old")
    assistant = assistant_with(client, base["uuid"])
    refresh = {"files": {"file": ("a.txt", b"new")}}
    for theirs, nobodys, arguments in (
        (f"{BASE}/refresh/a.txt/", f"{BASE}/refresh/none.txt/", refresh),
        *(
            (
                f"/api/analytics/update-knowledge-base/{base[key]}/",
                f"/api/analytics/update-knowledge-base/{missing}/",
                {"json": {"name": "x"}},
            )
            for key, missing in (("id", 999_999), ("uuid", MISSING))
        ),
    ):
        answers = [stranger.http.post(path, **arguments) for path in (theirs, nobodys)]
        assert [(each.status_code, each.json()) for each in answers] == [NOT_FOUND] * 2
    for path in (
        f"/api/analytics/delete-knowledge-base/{base['id']}/",
        f"/api/analytics/delete-knowledge-base/{base['uuid']}/",
    ):
        assert stranger.http.delete(path).status_code == 404
    files = f"/api/analytics/assistant/{assistant}/knowledge-files/"
    assert stranger.http.get(files).status_code == 404
    for upload in (stranger.add_excel, stranger.add_data_excel):
        assert refused(lambda: upload(base["uuid"], "a.csv", SALES)) == (  # noqa: B023
            400,
            {"kb_uuid": NO_OBJECT},
        )
    for listed in (stranger.excels, stranger.data_excels):
        assert refused(lambda: listed(base["uuid"])) == NOT_FOUND  # noqa: B023
    assert client.documents(base["uuid"])[0]["size"] == 3
    assert client.knowledge_bases()[0]["name"] == "Mine"
