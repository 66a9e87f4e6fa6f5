"""Data questions in chat: without a model where it only quotes, by tools where it can call them."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Unavailable
from services.assistants.domain.answer import Answer, Finished, Question, TextDelta, Thinking
from services.assistants.domain.conversation import OpenedConversation, Turn
from services.assistants.domain.data_question.tables import Described, QueryResult
from services.assistants.domain.figures_check import unfounded, warning
from services.assistants.domain.tools import GraphData, TableData
from services.assistants.ports import Tool
from services.assistants.usecases.answer_from_data import AnswerFromData
from services.assistants.usecases.data_tools import DataTools
from tests.unit.assistants.data_ground import TODAY, DataGround
from tests.unit.assistants.fakes import HANDBOOK, an_assistant

SALES = {"Region": ["North", "South", "South"], "Revenue": [10.5, 20.0, 1.25]}


@dataclass
class Away:
    """The port `DataTables`, which cannot be reached."""

    asked: list[str] = field(default_factory=list)

    async def describe(self, *, user_id: int, knowledge_base: UUID, question: str) -> Described:
        self.asked.append(question)
        raise Unavailable.of("Data tables")

    async def query(
        self, *, user_id: int, knowledge_base: UUID, sql: str, max_rows: int
    ) -> QueryResult:
        raise Unavailable.of("Data tables")


def an_answer(question: str, *, before: tuple[Turn, ...] = (), **fields: Any) -> Answer:
    assistant = an_assistant(**{"knowledge_base": HANDBOOK, **fields})
    turns = (*before, Turn("user", question))
    return Answer(
        question=Question(user_id=1, assistant_uuid=None, conversation_uuid=None, turns=turns),
        opened=OpenedConversation(assistant=assistant, conversation_uuid=None, history=()),
        model="local-extractive",
        conversation_uuid=HANDBOOK,
    )


def direct(tables: Any) -> AnswerFromData:
    return AnswerFromData(tables=tables, today=lambda: TODAY)


async def tools_for(answer: Answer, tables: Any) -> dict[str, Tool]:
    return {tool.spec.name: tool for tool in await DataTools(tables=tables).tools(answer)}


async def test_the_computed_answer_is_told_shown_and_cited() -> None:
    answer = an_answer("What is the total revenue by region?")
    events = await direct(DataGround({"Sales": SALES})).find(answer)
    assert events is not None
    heard = [event async for event in events]
    assert heard[0] == Thinking("Computing the answer from the data tables", tool="query_data")
    assert [type(event) for event in heard[1:3]] == [TableData, GraphData]
    for event in heard:
        answer.hear(event)
    text = "".join(event.text for event in heard if isinstance(event, TextDelta))
    assert "South: 21.25" in text
    assert heard[-1] == Finished(reason="complete")
    (citation,) = answer.citations()
    assert citation.passage.document_name == "book.xlsx"
    assert citation.passage.kind == "data_excel"
    assert (citation.start, citation.end) == (0, len(text))


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("What is the opening time?", {}),
        ("What is the total revenue?", {"json_mode": True}),
        ("What is the total revenue?", {"knowledge_base": None}),
    ],
)
async def test_the_model_answers_everything_else(question: str, fields: dict[str, Any]) -> None:
    assert await direct(DataGround({"Sales": SALES})).find(an_answer(question, **fields)) is None


@pytest.mark.parametrize(
    ("question", "is_computed"),
    [
        ("What is the revenue of these?", False),
        ("What is the total revenue of South?", True),
        ("And the total revenue by region?", True),
    ],
)
async def test_what_points_at_an_earlier_answer_is_not_counted_over_all_rows(
    question: str, is_computed: bool
) -> None:
    before = (Turn("user", "How many are in South?"), Turn("assistant", "There are 2 rows."))
    found = await direct(DataGround({"Sales": SALES})).find(an_answer(question, before=before))
    assert (found is not None) == is_computed


async def test_tables_that_are_away_leave_the_documents() -> None:
    tables = Away()
    assert await direct(tables).find(an_answer("What is the total revenue?")) is None
    assert tables.asked
    assert await tools_for(an_answer("What is the total revenue?"), tables) == {}


async def test_a_model_is_told_the_tables_and_its_mistakes() -> None:
    tools = await tools_for(an_answer("Revenue in the south?"), DataGround({"Sales": SALES}))
    query = tools["query_data"]
    assert '"Revenue" number (1.25 to 20.0)' in query.spec.description
    assert '"south": "Sales"."Region" = "South"' in query.spec.description
    wrong = await query({"sql": 'SELECT "Revenu" FROM "Sales"'})
    assert wrong.is_error
    assert "Revenu" in wrong.text
    right = await query({"sql": 'SELECT sum("Revenue") AS total FROM "Sales"'})
    assert json.loads(right.text)["rows"] == [[31.75]]
    assert right.shown[0].rows == ((31.75,),)


async def test_a_chart_is_drawn_of_the_last_result() -> None:
    tools = await tools_for(an_answer("Revenue by region"), DataGround({"Sales": SALES}))
    chart = {"kind": "doughnut", "x": "Region", "y": "r", "title": "Revenue"}
    assert (await tools["make_chart"](chart)).is_error
    sql = 'SELECT "Region", sum("Revenue") AS r FROM "Sales" GROUP BY 1 ORDER BY 1'
    await tools["query_data"]({"sql": sql})
    (graph,) = (await tools["make_chart"](chart)).shown
    assert isinstance(graph, GraphData)
    assert dict(zip(graph.x_coordinates, graph.y_coordinates, strict=True)) == {
        "North": 10.5,
        "South": 21.25,
    }
    assert (await tools["make_chart"]({**chart, "y": "Region"})).is_error
    assert (await tools["make_chart"]({**chart, "kind": "radar"})).is_error


def test_figures_that_no_result_has_are_named() -> None:
    table = TableData(
        title="", columns=("n", "share"), rows=((1234.567, 0.25), (17, None)), total_rows=2
    )
    text = (
        "It is 1,234.57 (about 1,235), 25 % in 2024, 3 times, order ORD-9999, but 4,711 is made up."
    )
    assert unfounded(text, shown=[table], read=["in 2024?"]) == ("4,711",)
    assert unfounded(text, shown=[], read=[]) == ()
    assert "4,711" in warning(("4,711",))
