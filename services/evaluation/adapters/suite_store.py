"""Test suites in PostgreSQL; each method is one transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, and_, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.errors import NotFound
from contracts.rpc.evaluation import Generation, Mode, SuiteOf, TestCase, TestSuite
from services.evaluation.adapters.tables import suites

COLUMNS = [suites.c[name] for name in TestSuite.model_fields]


@dataclass(frozen=True, slots=True)
class PostgresSuites:
    """The port `Suites`."""

    engine: Engine

    def find(self, which: SuiteOf) -> TestSuite | None:
        with self.engine.connect() as connection:
            row = connection.execute(select(*COLUMNS).where(_is(which))).mappings().first()
        return TestSuite.model_validate(dict(row)) if row else None

    def put(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        mode: Mode,
        cases: list[TestCase],
        generation: Generation,
    ) -> TestSuite:
        content = {**_stored(cases), "generation": generation.to_wire()}
        statement = (
            insert(suites)
            .values(user_id=user_id, assistant_uuid=assistant_uuid, mode=mode, **content)
            .on_conflict_do_update(constraint="test_suite_one_per_mode", set_=content)
            .returning(*COLUMNS)
        )
        with self.engine.begin() as connection:
            row = connection.execute(statement).mappings().one()
        return TestSuite.model_validate(dict(row))

    def change(self, *, user_id: int, test_suite_id: int, cases: list[TestCase]) -> TestSuite:
        statement = (
            update(suites)
            .where(suites.c.id == test_suite_id, suites.c.user_id == user_id)
            .values(**_stored(cases), generation=null())  # people wrote it now
            .returning(*COLUMNS)
        )
        with self.engine.begin() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFound(what="test_suite")
        return TestSuite.model_validate(dict(row))

    def remove(self, which: SuiteOf) -> bool:
        statement = delete(suites).where(_is(which)).returning(suites.c.id)
        with self.engine.begin() as connection:
            return connection.execute(statement).first() is not None


def _is(which: SuiteOf) -> ColumnElement[bool]:
    return and_(
        suites.c.user_id == which.user_id,
        suites.c.assistant_uuid == which.assistant_uuid,
        suites.c.mode == which.mode,
    )


def _stored(cases: list[TestCase]) -> dict[str, Any]:
    return {
        "test_cases": [case.to_wire() for case in cases],
        "updated_at": func.clock_timestamp(),
    }
