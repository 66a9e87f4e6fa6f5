"""Runs against a model that does as its prompt says, and against one that never answers."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.stack import Stack
from tests.conftest import BASE_PORT, HTTP_PORT
from tests.e2e.evaluation.ground import (
    HANDBOOK,
    assistant_of,
    check_is_true,
    indexed,
    questions,
)
from tools.client import Client
from tools.scripted_models import Body, Hang, Said, ScriptedModels, prompt_of, question_of, quote

APART = 60
WRONG_PROMPT = "Whatever is asked, talk about the weather instead."


def obedient(body: Body) -> Said:
    """Quotes, unless its prompt tells otherwise; thinks for ever about hanging."""
    if "hanging" in question_of(body):
        raise Hang
    if body.get("response_format"):
        return written(json.loads(question_of(body))["passage"])
    if WRONG_PROMPT in prompt_of(body):
        return Said("It is a sunny day, with a light wind from the west.")
    return quote(body)


def written(passage: str) -> Said:
    """A question for every second passage, and nonsense for the others."""
    told = re.split(r"(?<=[.!?])\s+", passage.replace("\n", " "))[-1]
    if len(passage) % 2:
        return Said("I would rather not.")
    question = f"What is it that one may know of {' '.join(told.split()[:6])}?"
    return Said(json.dumps({"question": question, "answer": told}))


@pytest.fixture(scope="module")
def models(stack: Stack) -> Iterator[ScriptedModels]:
    with ScriptedModels(
        behind=stack.environment["PARLANCE_MODELS_URL"],
        key=stack.environment["PARLANCE_MODELS_API_KEY"],
        answer=obedient,
    ) as serving:
        yield serving


@pytest.fixture(scope="module")
def scripted(models: ScriptedModels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Somebody at a second product, whose models are these."""
    data = tmp_path_factory.mktemp("scripted") / "data"
    variables = {"PARLANCE_MODELS_URL": models.url, "PARLANCE_CASE_TIMEOUT_S": "6"}
    with (
        Stack(
            data, base_port=BASE_PORT + APART, http_port=HTTP_PORT + APART, variables=variables
        ) as running,
        Client(f"http://127.0.0.1:{running.layout.http_port}") as signed_in,
    ):
        signed_in.sign_up(f"user-{uuid4().hex[:12]}", uuid4().hex)
        yield signed_in


def assistant_with_handbook(client: Client) -> str:
    base = str(client.create_knowledge_base("Library")["uuid"])
    client.upload_file(base, HANDBOOK)
    return assistant_of(client, indexed(client, base), model_name="scripted")


def test_a_wrong_prompt_scores_clearly_lower(scripted: Client) -> None:
    assistant, cases = assistant_with_handbook(scripted), questions(12)
    right = scripted.wait_for_test_run(scripted.start_test_suite(assistant, cases))
    told = {"system_instructions": WRONG_PROMPT}
    wrong = scripted.wait_for_test_run(scripted.start_test_suite(assistant, cases, told))

    compared = scripted.compare_test_runs(right["run_id"], wrong["run_id"])
    assert right["summary"]["passed"] > 9, right
    assert wrong["summary"]["passed"] == 0, wrong
    assert compared["score"]["is_significant"], compared["verdict"]
    assert compared["changed_fields"] == ["system_instructions"]
    assert not compared["same_configuration"]


def test_a_model_that_never_answers_is_an_error_with_its_reason(scripted: Client) -> None:
    assistant = assistant_with_handbook(scripted)
    cases = [*questions(2), {"question": "What of hanging?", "ideal_answer": "Nothing."}]
    run = scripted.wait_for_test_run(scripted.start_test_suite(assistant, cases), within_s=60)

    check_is_true(run)
    assert run["status"] == "finished"
    hung = run["results"][2]
    assert (hung["verification"], hung["score"]) == ("error", None)
    assert "model" in hung["verification_result"] or "seconds" in hung["verification_result"]
    assert run["summary"]["errors"] == 1


def test_a_model_writes_what_it_can_and_rules_the_rest(scripted: Client) -> None:
    suite = scripted.generate_test_suite(assistant_with_handbook(scripted), "quick", use_ai=True)
    generation = suite["generation"]
    assert 0 < generation["by_model"] < len(suite["test_cases"]), generation
    assert generation["model"] == "scripted"
    by_model = [case for case in suite["test_cases"] if "one may know" in case["question"]]
    assert len(by_model) == generation["by_model"]
    assert all(case["source"] and case["ideal_answer"] for case in by_model)
