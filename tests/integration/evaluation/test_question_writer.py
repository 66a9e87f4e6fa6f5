"""A model that writes questions, over the wire: what it does wrong or too late costs that question alone."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.rpc.knowledge import SampledPassage
from services.evaluation.adapters.models import cohere_client
from services.evaluation.adapters.question_writer import CohereQuestionWriter
from services.evaluation.domain.generation.written import Draft
from tools.scripted_models import Body, Hang, Said, ScriptedModels, question_of

DRAFT = {"question": "How many steps are there?", "answer": "212."}
BUDGET_S = 3.0


def passage(text: str) -> SampledPassage:
    return SampledPassage(
        document_id=1, document_name="a.md", kind="file", chunk=0, heading="", text=text, page=None
    )


def script(body: Body) -> Said:
    """Does what the passage says."""
    assert body["response_format"]["type"] == "json_object"
    told = json.loads(question_of(body))["passage"]
    if told == "hang":
        raise Hang
    return Said(json.dumps(DRAFT) if told == "write" else told)


@pytest.fixture(scope="module")
def models() -> Iterator[ScriptedModels]:
    with ScriptedModels(behind="http://127.0.0.1:9", key="", answer=script) as serving:
        yield serving


def writer_at(url: str) -> Any:
    client = cohere_client(url, api_key="", timeout_s=BUDGET_S)
    return CohereQuestionWriter(client=client, prompt="Write.", budget_s=BUDGET_S)


def test_what_can_be_read_is_a_draft(models: ScriptedModels) -> None:
    texts = ["write", "no json", '{"question": 5, "answer": "a"}', "write"]
    written = writer_at(models.url).write(list(map(passage, texts)), model="m")
    draft = Draft(DRAFT["question"], DRAFT["answer"])
    assert (written.drafts, written.troubles) == ([draft, None, None, draft], [])


def test_a_model_that_hangs_is_left_when_the_time_is_over(models: ScriptedModels) -> None:
    started = time.monotonic()
    written = writer_at(models.url).write([passage("hang")] * 12, model="m")
    assert time.monotonic() - started < BUDGET_S + 2
    assert written.drafts == [None] * 12
    assert written.troubles == ["The model was too slow for some of the questions."]


def test_a_model_that_is_away_writes_nothing() -> None:
    written = writer_at("http://127.0.0.1:9").write([passage("write")] * 3, model="m")
    assert written.drafts == [None] * 3
    assert written.troubles == ["The model did not answer for some of the questions."]
