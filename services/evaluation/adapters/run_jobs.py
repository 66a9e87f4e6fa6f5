"""The job of one test case."""

from typing import Any

from chassis.outbox import outgoing
from services.evaluation.adapters.tables import outbox

CASE_JOB = "evaluation.case"


def case_job(case_id: int) -> Any:
    """The outbox row of it."""
    return outgoing(
        outbox,
        exchange="jobs",
        routing_key=CASE_JOB,
        body={"case_id": case_id},
        must_be_routed=True,
    )
