"""Compare two runs, question by question."""

from dataclasses import dataclass

from contracts.errors import InvalidRequest
from contracts.rpc.evaluation import CompareRuns, Comparison
from services.evaluation.domain.comparison import changes_of, paired, verdict_of
from services.evaluation.domain.run import StoredRun
from services.evaluation.domain.snapshot import changed_fields
from services.evaluation.ports import Runs
from services.evaluation.usecases.show_runs import run_uuid
from services.evaluation.usecases.tell_run import Today, tell_run

LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareTestRuns:
    """What `other` changed against the base."""

    runs: Runs

    def __call__(self, request: CompareRuns, *, today: Today) -> Comparison:
        """Raises NotFound (run), InvalidRequest on `other` (no case in common)."""
        base, other = self._run(request, request.run_id), self._run(request, request.other)
        pairs = paired(base.results, other.results)
        if not pairs.pairs:
            raise InvalidRequest.on("other", "The runs have no finished case in common.")
        changes = changes_of(pairs.pairs)
        one, two = base.snapshot, other.snapshot
        return Comparison(
            base=tell_run(base, today=today),
            other=tell_run(other, today=today),
            same_configuration=one.configuration_hash == two.configuration_hash,
            same_knowledge_base=_same_content(base, other),
            changed_fields=changed_fields(one.configuration, two.configuration),
            compared=len(pairs.pairs),
            only_in_base=pairs.only_in_base,
            only_in_other=pairs.only_in_other,
            pass_rate=changes.pass_rate,
            score=changes.score,
            metrics=changes.metrics,
            better=changes.better[:LISTED],
            worse=changes.worse[:LISTED],
            fixed=changes.fixed[:LISTED],
            broken=changes.broken[:LISTED],
            verdict=verdict_of(changes),
        )

    def _run(self, request: CompareRuns, run_id: str) -> StoredRun:
        return self.runs.find(user_id=request.user_id, run_id=run_uuid(run_id), with_results=True)


def _same_content(base: StoredRun, other: StoredRun) -> bool | None:
    """None where neither had one."""
    one, two = base.snapshot, other.snapshot
    if one.knowledge_base is None and two.knowledge_base is None:
        return None
    return (one.knowledge_base, one.knowledge_base_version) == (
        two.knowledge_base,
        two.knowledge_base_version,
    )
