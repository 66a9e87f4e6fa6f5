"""Cases that wait for a verdict, in PostgreSQL: one worker at a time has one, and gives one verdict.

A case belongs to a process as long as its lease lasts; `KeptLeases` renews it. A killed worker's
case is free when its lease has run out, and what a late worker says then is not taken.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, func, select, update

from chassis.outbox import announcement
from contracts.events.evaluation import TestCaseFinished
from contracts.rpc.evaluation import CaseResult, Snapshot, TestCase
from services.evaluation.adapters.run_end import end_run
from services.evaluation.adapters.tables import case_runs, outbox, runs
from services.evaluation.domain.run import Claim, HeldByAnother, Withdrawn

NOW = func.clock_timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCaseDesk:
    """The port `CaseDesk`. owner: of this process, new at each start."""

    engine: Engine
    owner: UUID
    lease: timedelta

    def claim(self, case_id: int) -> Claim:
        table = case_runs.c
        waiting = (
            select(
                *(runs.c.run_id, runs.c.user_id, runs.c.snapshot, table.idx, table.test_case),
                (table.lease_until > NOW).label("is_held"),
                table.lease_until.is_not(None).label("was_held"),
            )
            .join(runs, runs.c.id == table.run)
            .where(table.id == case_id, table.result.is_(None), runs.c.status == "running")
            .with_for_update(of=case_runs)
        )
        with self.engine.begin() as connection:
            row = connection.execute(waiting).first()
            if row is None:
                raise Withdrawn
            if row.is_held:
                raise HeldByAnother
            taken = update(case_runs).where(table.id == case_id)
            died = int(row.was_held)  # its lease ran out, and nobody gave it back
            first = NOW if died else func.coalesce(table.first_tried_at, NOW)
            tried_for, lost_workers = connection.execute(
                taken.values(
                    leased_by=self.owner,
                    lease_until=NOW + self.lease,
                    first_tried_at=first,
                    lost_workers=table.lost_workers + died,
                    touched_at=NOW,
                ).returning(func.extract("epoch", NOW - table.first_tried_at), table.lost_workers)
            ).one()
        return Claim(
            case_id=case_id,
            run_id=row.run_id,
            user_id=row.user_id,
            idx=row.idx,
            case=TestCase.model_validate(row.test_case),
            snapshot=Snapshot.model_validate(row.snapshot),
            tried_for_s=float(tried_for),
            lost_workers=lost_workers,
        )

    def give_back(self, case_id: int) -> None:
        table = case_runs.c
        mine = update(case_runs).where(table.id == case_id, table.leased_by == self.owner)
        with self.engine.begin() as connection:
            connection.execute(mine.values(leased_by=None, lease_until=None, touched_at=NOW))

    def renew(self, case_ids: list[int]) -> set[int]:
        """Of cases that this process works on; those whose verdict is still wanted."""
        table = case_runs.c
        mine = update(case_runs).where(
            *(table.id.in_(case_ids), table.leased_by == self.owner),
            *(runs.c.id == table.run, runs.c.status == "running"),
        )
        renewed = mine.values(lease_until=NOW + self.lease, touched_at=NOW).returning(table.id)
        with self.engine.begin() as connection:
            return set(connection.execute(renewed).scalars())

    def finish(self, claim: Claim, result: CaseResult) -> None:
        table = case_runs.c
        with self.engine.begin() as connection:
            # The run's row first: who gives the last verdict sees all the others.
            run = connection.execute(
                select(runs)
                .where(runs.c.run_id == claim.run_id, runs.c.status == "running")
                .with_for_update()
            ).first()
            if run is None:
                raise Withdrawn
            written = connection.execute(
                update(case_runs)
                .where(
                    table.id == claim.case_id,
                    table.result.is_(None),
                    table.leased_by == self.owner,
                )
                .values(result=result.to_wire(), leased_by=None, lease_until=None, touched_at=NOW)
                .returning(table.id)
            ).first()
            if written is None:
                raise Withdrawn
            event = TestCaseFinished(
                user_id=run.user_id,
                assistant_uuid=run.assistant_uuid,
                run_id=run.run_id,
                idx=result.idx,
                verification=result.verification,
                score=result.score,
                reason=result.verification_result,
                latency_ms=result.latency_ms,
            )
            connection.execute(announcement(outbox, event))
            left = select(func.count()).where(table.run == run.id, table.result.is_(None))
            if connection.execute(left).scalar_one() == 0:
                end_run(connection, run, status="finished")
