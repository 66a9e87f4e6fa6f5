"""What a sweeper mends of runs, in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, exists, func, or_, select, update

from services.evaluation.adapters.run_end import end_run
from services.evaluation.adapters.run_jobs import CASE_JOB, case_job
from services.evaluation.adapters.tables import case_runs, outbox, runs

AT_ONCE = 500
SWEEPER_LOCK = 4_100_001


@dataclass(frozen=True, slots=True)
class PostgresRunCare:
    """The port `RunCare`."""

    engine: Engine

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process sweeps now."""
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed at the end, which unlocks whatever happened
            yield bool(connection.execute(select(func.pg_try_advisory_lock(SWEEPER_LOCK))).scalar())
            connection.close()

    def adopt_orphans(self, *, silent_for: timedelta) -> int:
        table = case_runs.c
        orphans = (
            select(table.id)
            .join(runs, runs.c.id == table.run)
            .where(
                runs.c.status == "running",
                table.result.is_(None),
                or_(table.lease_until.is_(None), table.lease_until < func.now()),
                table.touched_at < func.now() - silent_for,
                ~exists().where(outbox.c.routing_key == CASE_JOB),
            )
            .order_by(table.id)
            .limit(AT_ONCE)
            .with_for_update(of=case_runs, skip_locked=True)
        )
        with self.engine.begin() as connection:
            ids = list(connection.execute(orphans).scalars())
            connection.execute(
                update(case_runs).where(table.id.in_(ids)).values(touched_at=func.now())
            )
            for case_id in ids:
                connection.execute(case_job(case_id))
        return len(ids)

    def finish_runs(self) -> int:
        unended = exists().where(case_runs.c.run == runs.c.id, case_runs.c.result.is_(None))
        done = select(runs).where(runs.c.status == "running", ~unended).limit(AT_ONCE)
        with self.engine.begin() as connection:
            rows = connection.execute(done.with_for_update(of=runs, skip_locked=True)).all()
            for row in rows:
                end_run(connection, row, status="finished")
        return len(rows)
