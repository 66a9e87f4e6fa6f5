"""Answer a question about the data tables without a model: planned, computed, told in words."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncGenerator, Callable, Sequence
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
from services.assistants.domain.conversation import Turn
from services.assistants.domain.data_question.earlier import asked_of_data, was_told
from services.assistants.domain.data_question.follow_up import plan_in_turn
from services.assistants.domain.data_question.plan import Plan
from services.assistants.domain.data_question.planner import plan_question
from services.assistants.domain.data_question.sql import sql
from services.assistants.domain.data_question.tables import Described, Table
from services.assistants.domain.data_question.told import Told, schema_told, told
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
        if assistant.knowledge_base is None or assistant.json_mode:
            return None
        if len(answer.turns()[-1].content) > LONGEST_QUESTION:
            return None
        user_id = answer.question.user_id
        try:
            computed = await self._computed(user_id, assistant.knowledge_base, answer.turns())
        except ServiceError as error:
            log.warning("data_not_asked", reason=error.detail)
            return None
        return None if computed is None else _said(answer, *computed)

    async def _computed(
        self, user_id: int, knowledge_base: UUID, turns: Sequence[Turn]
    ) -> tuple[Told, tuple[Table, ...]] | None:
        described = await self._described(user_id, knowledge_base, turns[-1].content)
        plan = await self._plan(user_id, knowledge_base, turns, described)
        if plan is None:
            return None
        if plan.shape == "schema":
            return schema_told(described), described.tables
        return await self._asked(user_id, knowledge_base, plan), plan.tables

    async def _plan(
        self, user_id: int, knowledge_base: UUID, turns: Sequence[Turn], described: Described
    ) -> Plan | None:
        question = turns[-1].content
        if not described.tables:
            return None
        if all(turn.role != "user" for turn in turns[:-1]):
            return plan_question(question, described, self.today())
        before = await self._plan_before(user_id, knowledge_base, turns)
        return plan_in_turn(question, before, described, self.today())

    async def _plan_before(
        self, user_id: int, knowledge_base: UUID, turns: Sequence[Turn]
    ) -> Plan | None:
        """Of the question before, read again, where data answered it with what is read."""
        talk = asked_of_data(turns)
        descriptions = await asyncio.gather(
            *(self._described(user_id, knowledge_base, asked) for asked, _ in talk)
        )
        plan: Plan | None = None
        for (asked, answered), described in zip(talk, descriptions, strict=True):
            is_first = plan is None
            plan = (
                plan_question(asked, described, self.today())
                if is_first
                else plan_in_turn(asked, plan, described, self.today())
            )
            plan = plan if plan is not None and was_told(plan, answered) else None
        return plan

    async def _described(self, user_id: int, knowledge_base: UUID, question: str) -> Described:
        return await self.tables.describe(
            user_id=user_id, knowledge_base=knowledge_base, question=question
        )

    async def _asked(self, user_id: int, knowledge_base: UUID, plan: Plan) -> Told:
        query = sql(plan)
        result = await self.tables.query(
            user_id=user_id, knowledge_base=knowledge_base, sql=query, max_rows=MAX_ROWS
        )
        return told(plan, result, query)


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
