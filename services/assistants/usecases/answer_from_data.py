"""Answer a question about the data tables without a model: planned, computed, told in words."""

import datetime as dt
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from contracts.errors import ServiceError
from services.assistants.domain.answer import (
    Answer,
    AnswerEvent,
    Finished,
    ModelEvent,
    TextDelta,
    Thinking,
)
from services.assistants.domain.citation import CitedSpan, Passage
from services.assistants.domain.data_question.plan import Plan
from services.assistants.domain.data_question.planner import plan_question
from services.assistants.domain.data_question.sql import sql
from services.assistants.domain.data_question.tables import Table
from services.assistants.domain.data_question.told import Told, schema_told, told
from services.assistants.domain.follow_up import points_back
from services.assistants.ports import DataTables
from services.assistants.usecases.data_tools import QUERY_DATA

log = structlog.get_logger(__name__)
MAX_ROWS = 1000
LONGEST_QUESTION = 2_000
QUERYING = Thinking("Computing the answer from the data tables", tool=QUERY_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFromData:
    """The port `DirectAnswers`, over the data Excels of the assistant's knowledge base."""

    tables: DataTables
    today: Callable[[], dt.date]

    async def find(self, answer: Answer) -> AsyncGenerator[ModelEvent | AnswerEvent, None] | None:
        """None also where the tables cannot be asked: the documents may answer."""
        assistant = answer.opened.assistant
        question = answer.turns()[-1].content
        if assistant.knowledge_base is None or assistant.json_mode:
            return None
        if len(question) > LONGEST_QUESTION or _is_about_an_earlier_answer(answer):
            return None
        user_id = answer.question.user_id
        try:
            computed = await self._computed(user_id, assistant.knowledge_base, question)
        except ServiceError as error:
            log.warning("data_not_asked", reason=error.detail)
            return None
        return None if computed is None else _said(answer, *computed)

    async def _computed(
        self, user_id: int, knowledge_base: UUID, question: str
    ) -> tuple[Told, tuple[Table, ...]] | None:
        described = await self.tables.describe(
            user_id=user_id, knowledge_base=knowledge_base, question=question
        )
        plan = plan_question(question, described, self.today()) if described.tables else None
        if plan is None:
            return None
        if plan.shape == "schema":
            return schema_told(described), described.tables
        return await self._asked(user_id, knowledge_base, plan), plan.tables

    async def _asked(self, user_id: int, knowledge_base: UUID, plan: Plan) -> Told:
        query = sql(plan)
        result = await self.tables.query(
            user_id=user_id, knowledge_base=knowledge_base, sql=query, max_rows=MAX_ROWS
        )
        return told(plan, result, query)


def _is_about_an_earlier_answer(answer: Answer) -> bool:
    """`how many of these`: counted over all rows it would be another figure than the one asked for."""
    *before, last = answer.turns()
    return any(turn.role == "user" for turn in before) and points_back(last.content)


async def _said(
    answer: Answer, computed: Told, tables: tuple[Table, ...]
) -> AsyncGenerator[ModelEvent | AnswerEvent, None]:
    placed = answer.cite_from(_passage(table, computed) for table in tables)
    yield QUERYING
    for shown in computed.shown:
        yield shown
    for piece in re.findall(r"\S+\s*", computed.text):
        yield TextDelta(piece)
    positions = tuple(position for position, _ in placed)
    yield CitedSpan(start=0, end=len(computed.text), text="", passages=positions)
    yield Finished(reason="complete")


def _passage(table: Table, computed: Told) -> Passage:
    """The table as a source: which query was asked of it."""
    shown = computed.shown[0]
    return Passage(
        document_id=table.document_id,
        document_name=table.document_name,
        kind="data_excel",
        url="",
        page=None,
        heading=table.sheet,
        chunk=0,
        text=getattr(shown, "sql", "") or f"{table.rows} rows, {len(table.columns)} columns",
        score=1.0,
    )
