"""A test run as it is kept, and a case of it while it is worked on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.rpc.evaluation import (
    CaseResult,
    Mode,
    RunStatus,
    Snapshot,
    Summary,
    TestCase,
)


class HeldByAnother(Exception):
    """A living worker has this case."""


class Withdrawn(Exception):
    """The case has its verdict, or its run has ended, or somebody else has the case now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run before there is one."""

    run_id: UUID
    user_id: int
    assistant_uuid: UUID
    mode: Mode | None
    snapshot: Snapshot
    cases: tuple[TestCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """As it is now. summary: of the results that there are; results: by idx, where they were wanted."""

    id: int
    run_id: UUID
    user_id: int
    assistant_uuid: UUID
    mode: Mode | None
    status: RunStatus
    snapshot: Snapshot
    summary: Summary
    created_at: datetime
    finished_at: datetime | None
    results: tuple[CaseResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A case that this worker has, and what it is asked with.

    tried_for_s: since it was first tried, or since a worker died with it; lost_workers: how many did.
    """

    case_id: int
    run_id: UUID
    user_id: int
    idx: int
    case: TestCase
    snapshot: Snapshot
    tried_for_s: float
    lost_workers: int = 0
