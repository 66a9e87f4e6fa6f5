"""A generated suite tells a right assistant from a broken one, and a run from its repetition it does not."""

import time

import pytest

from tests.e2e.evaluation.ground import (
    Run,
    assistant_of,
    check_follows,
    check_is_true,
    right_base,
    wrong_base,
)
from tools.client import Client


def test_a_generated_suite_knows_a_broken_assistant_and_no_difference_where_there_is_none(
    client: Client,
) -> None:
    assistant = assistant_of(client, right_base(client))
    suite = client.generate_test_suite(assistant, "normal", use_ai=False)
    assert 8 < len(suite["test_cases"]) <= 32
    assert client.test_suite(assistant, "normal") == suite

    run_id = client.start_test_suite(assistant, suite)
    right = followed(client, run_id)
    assert right["summary"]["errors"] == 0, right
    assert right["summary"]["score"] > 0.75, why(right)
    assert right["summary"]["metrics"]["hit@5"]["mean"] > 0.7

    again = client.wait_for_test_run(client.start_test_suite(assistant, suite))
    same = client.compare_test_runs(run_id, again["run_id"])
    assert not same["score"]["is_significant"], same["verdict"]
    assert (same["compared"], same["broken"]) == (len(suite["test_cases"]), [])

    elsewhere = {"knowledge_base": wrong_base(client)}
    for broken in (
        client.start_test_suite(assistant, suite, elsewhere),
        client.start_test_suite(assistant_of(client, None), suite),
    ):
        wrong = client.wait_for_test_run(broken)
        check_is_true(wrong)
        compared = client.compare_test_runs(run_id, broken)
        assert wrong["summary"]["score"] < right["summary"]["score"] - 0.25, why(wrong)
        assert compared["score"]["is_significant"], compared["verdict"]
        assert compared["pass_rate"]["is_significant"], compared["verdict"]
        assert compared["broken"]
        assert compared["verdict"].startswith("worse")


def followed(client: Client, run_id: str, *, within_s: float = 60) -> Run:
    """The run at its end; on the way there everything that it tells is true."""
    run, deadline, seen = client.test_run(run_id), time.monotonic() + within_s, set()
    while True:
        check_is_true(run)
        seen.add(len(run["results"]))
        if run["status"] != "running":
            assert len(seen) > 1, "it was never seen running"
            return run
        assert time.monotonic() < deadline, run["summary"]
        later = client.test_run(run_id)
        check_follows(later, run)
        run = later


def why(run: Run) -> str:
    return "\n".join(
        f"{each['verification']} {each['score']} {each['category']}: {each['question']} -> "
        f"{each['agent']!r} ({each['verification_result']})"
        for each in run["results"]
        if each["verification"] != "pass"
    )


def test_a_run_can_be_stopped_and_is_listed(client: Client, stranger: Client) -> None:
    assistant = assistant_of(client, None)
    cases = [{"question": f"What is {number}?"} for number in range(100)]
    run_id = client.start_test_suite(assistant, cases)
    cancelled = client.cancel_test_run(run_id)
    stopped = client.wait_for_test_run(run_id)

    assert cancelled["status"] == stopped["status"] == "cancelled"
    check_is_true(stopped)
    time.sleep(0.5)  # nothing more comes of it
    assert client.test_run(run_id)["results"] == stopped["results"]
    assert [each["run_id"] for each in client.test_runs(assistant)] == [run_id]
    for ask in (stranger.test_run, stranger.cancel_test_run):
        with pytest.raises(Exception, match="404"):
            ask(run_id)
