"""Show runs: one with its results, all of an assistant."""

from dataclasses import dataclass
from uuid import UUID

from chassis.pages import first_page
from contracts.errors import NotFound
from contracts.rpc.evaluation import GetResults, ListRuns, RunResults, Runs
from services.evaluation import ports
from services.evaluation.usecases.tell_run import Today, tell_run

PAGE_RUNS, PAGE_RESULTS = 50, 200


def run_uuid(run_id: str) -> UUID:
    """Raises NotFound: what is no UUID names no run."""
    try:
        return UUID(run_id)
    except ValueError:
        raise NotFound(what="run") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowResults:
    """Endpoint 25: the results so far, a page of them; only the first one has the snapshot."""

    runs: ports.Runs

    def __call__(self, request: GetResults, *, today: Today) -> RunResults:
        """Raises NotFound (run)."""
        run = self.runs.find(
            user_id=request.user_id, run_id=run_uuid(request.run_id), with_results=True
        )
        is_first = request.after is None
        rows = [each for each in run.results if is_first or each.idx > (request.after or 0)]
        page, last = first_page(
            rows, at_most=PAGE_RESULTS, id_of=lambda each: each.idx, tell=lambda each: each
        )
        return RunResults(
            run=tell_run(run, today=today if is_first else None),
            snapshot=run.snapshot if is_first else None,
            results=page,
            next=last,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTestRuns:
    """The runs of an assistant, newest first."""

    runs: ports.Runs

    def __call__(self, request: ListRuns, *, assistants: ports.Assistants, today: Today) -> Runs:
        """Raises NotFound (assistant), Unavailable."""
        assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        rows = self.runs.of_assistant(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            after=request.after,
            limit=PAGE_RUNS + 1,
        )
        page, last = first_page(
            rows,
            at_most=PAGE_RUNS,
            id_of=lambda each: each.id,
            tell=lambda each: tell_run(each, today=today),
        )
        return Runs(runs=page, next=last)
