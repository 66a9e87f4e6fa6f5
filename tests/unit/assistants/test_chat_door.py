"""What the gRPC door decodes, encodes, and says of errors."""

import json
from typing import Any

import pytest

from contracts.errors import InvalidRequest
from protos.assistants.v1 import chat_pb2
from services.assistants.domain.answer import Citations, Done, Failed, Thinking, Token
from services.assistants.domain.citation import Citation
from services.assistants.domain.conversation import Turn
from services.assistants.domain.tools import GraphData, TableData
from services.assistants.entrypoints.chat import ChatServicer, question_of
from services.assistants.entrypoints.chat_wire import encoded
from services.assistants.settings import ChatSettings
from tests.unit.assistants.fakes import ANN, a_passage, an_assistant


def test_a_request_becomes_a_question() -> None:
    request = chat_pb2.AnswerRequest(
        user_id=3,
        assistant_uuid=str(ANN),
        messages=[chat_pb2.Message(role="user", content="Hi")],
    )

    question = question_of(request)

    assert (question.user_id, question.assistant_uuid) == (3, ANN)
    assert question.conversation_uuid is None
    assert question.turns == (Turn("user", "Hi"),)


def test_a_rehearsal_brings_its_configuration() -> None:
    tried = an_assistant(goal="Try.")
    request = chat_pb2.AnswerRequest(
        user_id=3, configuration=tried.model_dump_json(), is_rehearsal=True
    )

    question = question_of(request)

    assert (question.configuration, question.is_rehearsal) == (tried, True)


def test_a_configuration_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        question_of(chat_pb2.AnswerRequest(user_id=3, configuration='{"goal": 1}'))

    assert list(caught.value.fields) == ["configuration"]


@pytest.mark.parametrize("field", ["assistant_uuid", "conversation_id"])
def test_what_is_no_uuid_is_refused(field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        question_of(chat_pb2.AnswerRequest(user_id=3, **{field: "7"}))

    assert caught.value.fields == {field: ["Must be a valid UUID."]}


def test_every_event_has_its_place_on_the_wire() -> None:
    done = Done(
        finish_reason="complete", input_tokens=1, output_tokens=2, conversation_uuid=ANN, model="m"
    )
    told = [encoded(each) for each in (Token("a"), Thinking("b"), Failed("c"), done)]

    assert [each.WhichOneof("event") for each in told] == ["token", "thinking", "error", "done"]
    assert (told[0].token.content, told[1].thinking.description) == ("a", "b")
    assert (told[2].error.content, told[3].done.conversation_id) == ("c", str(ANN))


def test_rows_charts_and_tools_have_theirs() -> None:
    table = TableData(
        title="Sales",
        columns=("year", "total"),
        rows=((2024, "1.5"), (2025, None)),
        total_rows=7,
        sql="select 1",
        sources=("sales.xlsx",),
    )
    graph = GraphData(
        title="Sales",
        x_label="year",
        y_label="total",
        x_coordinates=("2024",),
        y_coordinates=(1.5,),
        kind="bar",
    )
    thinking, rows, chart = (encoded(each) for each in (Thinking("b", "query_data"), table, graph))

    assert thinking.thinking.tool == "query_data"
    assert json.loads(rows.table_data.rows) == [[2024, "1.5"], [2025, None]]
    assert (rows.table_data.columns, rows.table_data.total_rows) == (["year", "total"], 7)
    assert (chart.graph_data.x_coordinates, chart.graph_data.y_coordinates) == (["2024"], [1.5])
    assert chart.graph_data.kind == "bar"


def test_a_citation_leaves_unset_what_is_not_known() -> None:
    passage = a_passage("Long text.", page=None, heading="H", url="https://x", score=0.5)
    cited = Citation(passage=passage, text="Long…", start=0, end=4)
    bare = Citation(passage=a_passage(), text="x", start=None, end=None)

    first, second = encoded(Citations((cited, bare))).citations.citations

    assert (first.text, first.heading, first.url, first.score) == ("Long…", "H", "https://x", 0.5)
    assert (first.HasField("start"), first.start, first.end) == (True, 0, 4)
    assert not first.HasField("page")
    assert (second.page, second.HasField("start"), second.HasField("end")) == (3, False, False)


class FakeContext:
    """What the door uses of a gRPC context."""

    def __init__(self) -> None:
        self.written: list[Any] = []
        self.status: Any = None

    def invocation_metadata(self) -> list[tuple[str, str]]:
        return [("x-request-id", "r")]

    async def write(self, event: Any) -> None:
        self.written.append(event)

    def set_trailing_metadata(self, _metadata: Any) -> None:
        pass

    async def abort(self, code: Any, detail: str) -> None:
        self.status = (code.name, detail)
        raise RuntimeError("aborted")


async def test_a_bug_after_the_first_event_is_an_error_event_without_detail() -> None:
    async def answer(_question: Any) -> Any:
        yield Token("a")
        raise ZeroDivisionError("secret")

    context = FakeContext()
    await ChatServicer(answer).Answer(chat_pb2.AnswerRequest(user_id=1), context)  # type: ignore[arg-type]

    assert [each.WhichOneof("event") for each in context.written] == ["token", "error", "done"]
    assert context.written[1].error.content == "Internal error."
    assert context.status is None


async def test_a_bug_before_the_first_event_is_a_status_without_detail() -> None:
    async def answer(_question: Any) -> Any:
        raise ZeroDivisionError("secret")
        yield

    context = FakeContext()
    with pytest.raises(RuntimeError, match="aborted"):
        await ChatServicer(answer).Answer(chat_pb2.AnswerRequest(user_id=1), context)  # type: ignore[arg-type]

    assert context.status == ("INTERNAL", "Internal error.")
    assert context.written == []


@pytest.mark.parametrize(
    ("url", "chosen", "model"),
    [
        ("http://127.0.0.1:9410", "", "local-extractive"),
        ("https://api.cohere.com", "", "command-a-03-2025"),
        ("https://api.cohere.com/v2", "command-r7b", "command-r7b"),
        ("https://notcohere.com", "", "local-extractive"),
    ],
)
def test_a_url_of_coheres_is_enough_to_choose_its_model(url: str, chosen: str, model: str) -> None:
    settings = ChatSettings(
        assistants_database_url="postgresql://x",  # type: ignore[arg-type]
        chat_address="127.0.0.1:1",
        secret_keys="k",  # type: ignore[arg-type]
        search_address="127.0.0.1:2",
        models_url=url,
        chat_model=chosen,
    )

    assert settings.default_model == model
