"""Endpoints 19 to 22 through the product, on real documents."""

import pytest

from tests.e2e.evaluation.ground import assistant_of, right_base
from tools.client import Client


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_a_suite_is_generated_changed_and_deleted(client: Client, stranger: Client) -> None:
    assistant = assistant_of(client, right_base(client), examples=[{"question": "Do you ship?"}])
    assert client.test_suite(assistant, "extensive") == {"test_cases": []}

    suite = client.generate_test_suite(assistant, "extensive", seed=3)
    assert suite == client.test_suite(assistant, "extensive")
    kinds = [case["category"] for case in suite["test_cases"]]
    assert len(kinds) <= 52
    assert set(kinds) == {"single_hop", "multi_hop", "unanswerable", "injection", "example"}
    for case in suite["test_cases"]:
        texts = [squeezed(source["text"]) for source in case["source"]]
        if case["category"] == "single_hop":
            assert case["ideal_answer"][:60] in texts[0]

    again = client.generate_test_suite(assistant, "extensive", seed=3)
    assert (again["id"], again["test_cases"]) == (suite["id"], suite["test_cases"])
    other = client.generate_test_suite(assistant, "extensive", seed=4)
    assert other["test_cases"] != suite["test_cases"]
    quoting = client.generate_test_suite(assistant, "quick", use_ai=True)
    assert len(quoting["test_cases"]) == 8
    assert "local-extractive" in quoting["generation"]["notes"][0]

    mine = [{"question": "When?", "assertions": [{"type": "regex", "value": "(?i)nine"}]}]
    changed = client.update_test_suite(suite["id"], mine)
    assert [case["question"] for case in changed["test_cases"]] == ["When?"]
    assert changed == client.test_suite(assistant, "extensive")

    with pytest.raises(Exception, match="400"):
        stranger.update_test_suite(suite["id"], mine)
    client.delete_test_suite(assistant, "extensive")
    client.delete_test_suite(assistant, "extensive")
    assert client.test_suite(assistant, "extensive") == {"test_cases": []}
