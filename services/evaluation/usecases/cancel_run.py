"""Stop a run."""

from dataclasses import dataclass

import structlog

from contracts.rpc.evaluation import Run, RunOf
from services.evaluation.ports import Runs
from services.evaluation.usecases.show_runs import run_uuid
from services.evaluation.usecases.tell_run import tell_run

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    """Cases that wait are not asked any more, and workers hang up on what is being said."""

    runs: Runs

    def __call__(self, request: RunOf) -> Run:
        """Raises NotFound (run). One that has ended stays as it is."""
        run = self.runs.cancel(user_id=request.user_id, run_id=run_uuid(request.run_id))
        log.info("test_run_cancelled", run_id=str(run.run_id), status=run.status)
        return tell_run(run)
