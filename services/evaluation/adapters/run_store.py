"""Test runs in PostgreSQL; each method is one transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy import insert as insert_rows
from sqlalchemy.dialects.postgresql import insert

from chassis.outbox import announcement
from contracts.errors import NotFound
from contracts.events.evaluation import TestRunStarted
from contracts.rpc.evaluation import Snapshot, Summary
from services.evaluation.adapters.run_end import end_run, results_of
from services.evaluation.adapters.run_jobs import case_job
from services.evaluation.adapters.tables import case_runs, outbox, runs
from services.evaluation.domain.run import NewRun, StoredRun
from services.evaluation.domain.totals import summary_of


@dataclass(frozen=True, slots=True)
class PostgresRuns:
    """The port `Runs`."""

    engine: Engine

    def start(self, run: NewRun) -> None:
        with self.engine.begin() as connection:
            made = connection.execute(
                insert(runs)
                .values(
                    run_id=run.run_id,
                    user_id=run.user_id,
                    assistant_uuid=run.assistant_uuid,
                    mode=run.mode,
                    status="running",
                    total=len(run.cases),
                    snapshot=run.snapshot.to_wire(),
                )
                .on_conflict_do_nothing(index_elements=["run_id"])
                .returning(runs.c.id)
            ).scalar()
            if made is None:  # the call was delivered twice
                return
            connection.execute(announcement(outbox, _started(run)))
            cases = [
                {"run": made, "idx": idx, "test_case": case.to_wire()}
                for idx, case in enumerate(run.cases)
            ]
            rows = connection.execute(insert_rows(case_runs).returning(case_runs.c.id), cases)
            for case_id in sorted(rows.scalars()):
                connection.execute(case_job(case_id))

    def find(self, *, user_id: int, run_id: UUID, with_results: bool) -> StoredRun:
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")  # totals as results
            row = _one(connection, _mine(user_id, run_id))
            return _stored(connection, row, with_results=with_results)

    def of_assistant(
        self, *, user_id: int, assistant_uuid: UUID, after: int | None, limit: int
    ) -> list[StoredRun]:
        statement = select(runs).where(
            runs.c.user_id == user_id, runs.c.assistant_uuid == assistant_uuid
        )
        if after is not None:
            statement = statement.where(runs.c.id < after)
        with self.engine.connect() as connection:
            rows = connection.execute(statement.order_by(runs.c.id.desc()).limit(limit)).all()
            return [_stored(connection, row, with_results=False) for row in rows]

    def cancel(self, *, user_id: int, run_id: UUID) -> StoredRun:
        with self.engine.begin() as connection:
            row = _one(connection, _mine(user_id, run_id).with_for_update())
            if row.status == "running":
                end_run(connection, row, status="cancelled")
                row = _one(connection, _mine(user_id, run_id))
            return _stored(connection, row, with_results=False)


def _started(run: NewRun) -> TestRunStarted:
    return TestRunStarted(
        user_id=run.user_id,
        assistant_uuid=run.assistant_uuid,
        run_id=run.run_id,
        total=len(run.cases),
    )


def _mine(user_id: int, run_id: UUID) -> Select[Any]:
    return select(runs).where(runs.c.user_id == user_id, runs.c.run_id == run_id)


def _one(connection: Connection, statement: Select[Any]) -> Any:
    row = connection.execute(statement).first()
    if row is None:
        raise NotFound(what="run")
    return row


def _stored(connection: Connection, row: Any, *, with_results: bool) -> StoredRun:
    results = results_of(connection, row.id) if with_results or row.summary is None else []
    summary = (
        Summary.model_validate(row.summary)
        if row.summary is not None
        else summary_of(results, total=row.total)
    )
    return StoredRun(
        id=row.id,
        run_id=row.run_id,
        user_id=row.user_id,
        assistant_uuid=row.assistant_uuid,
        mode=row.mode,
        status=row.status,
        snapshot=Snapshot.model_validate(row.snapshot),
        summary=summary,
        created_at=row.created_at,
        finished_at=row.finished_at,
        results=tuple(results) if with_results else (),
    )
