"""The end of a run: its totals, its status and the event, in the transaction of who ends it."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from chassis.outbox import announcement
from contracts.events.evaluation import TestRunFinished
from contracts.rpc.evaluation import CaseResult, Summary
from services.evaluation.adapters.tables import case_runs, outbox, runs
from services.evaluation.domain.totals import summary_of


def results_of(connection: Connection, run: int) -> list[CaseResult]:
    """The verdicts that there are, by idx."""
    table = case_runs.c
    statement = select(table.result).where(table.run == run, table.result.is_not(None))
    rows = connection.execute(statement.order_by(table.idx)).scalars()
    return [CaseResult.model_validate(row) for row in rows]


def end_run(
    connection: Connection, row: Any, *, status: Literal["finished", "cancelled"]
) -> Summary:
    """`row`: of `test_run`, locked, and running."""
    summary = summary_of(results_of(connection, row.id), total=row.total)
    connection.execute(
        update(runs)
        .where(runs.c.id == row.id)
        .values(status=status, summary=summary.to_wire(), finished_at=func.clock_timestamp())
    )
    connection.execute(
        announcement(outbox, _event(row.user_id, row.assistant_uuid, row.run_id, status, summary))
    )
    return summary


def _event(
    user_id: int,
    assistant_uuid: UUID,
    run_id: UUID,
    status: Literal["finished", "cancelled"],
    summary: Summary,
) -> TestRunFinished:
    interval = summary.score_interval
    return TestRunFinished(
        user_id=user_id,
        assistant_uuid=assistant_uuid,
        run_id=run_id,
        status=status,
        total=summary.total,
        passed=summary.passed,
        failed=summary.failed,
        errors=summary.errors,
        score=summary.score,
        score_low=interval.low if interval else None,
        score_high=interval.high if interval else None,
    )
