"""Assistants over real documents, and what their runs must always be like."""

import json
from pathlib import Path
from typing import Any

from tools.client import Client

REPOSITORY = Path(__file__).parents[3]
HANDBOOK = REPOSITORY / "examples" / "harbour-library.md"
PARAGRAPHS = REPOSITORY.parent / "shared" / "data" / "retrieval" / "xquad_en" / "corpus.jsonl"
"""Paragraphs of Wikipedia; where they are not, the handbook alone has to do."""
OTHERS = [
    REPOSITORY / "docs" / "architecture.md",
    REPOSITORY / "docs" / "decisions" / "0020-documents-that-change.md",
]
ARTICLES = 4
Run = dict[str, Any]


def right_base(client: Client) -> str:
    """The handbook, and articles of Wikipedia."""
    base = str(client.create_knowledge_base("Library")["uuid"])
    client.upload_file(base, HANDBOOK)
    for title, text in _articles().items():
        client.upload(base, f"{title}.md", text.encode())
    return indexed(client, base)


def wrong_base(client: Client) -> str:
    """Documents about something else: this product's own."""
    base = str(client.create_knowledge_base("Something else")["uuid"])
    for path in OTHERS:
        if path.exists():
            client.upload_file(base, path)
    return indexed(client, base)


def indexed(client: Client, base: str) -> str:
    task = client.wait_for_task(client.index(kb_id=base))
    assert task["status"] == "SUCCESS", task
    return base


def assistant_of(client: Client, base: str | None, **fields: Any) -> str:
    assistant = client.save_assistant(
        agent_name="Robin", goal="Answer from the documents.", **fields
    )
    if base:
        client.set_knowledge_base(assistant, base)
    return assistant


def _articles() -> dict[str, str]:
    if not PARAGRAPHS.exists():
        return {}
    found: dict[str, list[str]] = {}
    for line in PARAGRAPHS.read_text().splitlines():
        paragraph = json.loads(line)
        found.setdefault(paragraph["title"], []).append(paragraph["text"])
    return {title: "\n\n".join(found[title]) for title in list(found)[:ARTICLES]}


def check_is_true(run: Run) -> None:
    """The totals are those of the results, and every result has its verdict."""
    counted = run["summary"]
    said = [each["verification"] for each in run["results"]]
    idxs = [each["idx"] for each in run["results"]]
    assert counted["passed"] == said.count("pass")
    assert counted["failed"] == said.count("fail")
    assert counted["errors"] == said.count("error")
    assert len(said) + counted["pending"] == counted["total"]
    assert len(set(idxs)) == len(idxs)
    for each in run["results"]:
        assert each["verification"] in {"pass", "fail", "error"}
        assert (each["score"] is None) == (each["verification"] == "error")
        assert each["verification_result"]
    if run["status"] == "finished":
        assert run["finished"]
        assert counted["pending"] == 0


def check_follows(later: Run, earlier: Run) -> None:
    """A verdict, once told, stays as it was."""
    known = {each["idx"]: each for each in later["results"]}
    assert all(known[each["idx"]] == each for each in earlier["results"])


def questions(count: int) -> list[dict[str, Any]]:
    """Cases with an answer in the handbook, no two alike."""
    facts = [
        ("For how many days are tools such as drills lent", "Tools are lent for three days only."),
        ("What do households pay a year", "Households pay 30 crowns a year."),
        ("How many seats has the reading room on the first floor", "It has 34 seats."),
        ("Which volumes were damaged by the flood", "Volumes 87 to 91 were damaged by the flood."),
    ]
    return [
        {"question": f"{asked}, case {number}?", "ideal_answer": answer, "category": "handbook"}
        for number in range(count)
        for asked, answer in [facts[number % len(facts)]]
    ]
