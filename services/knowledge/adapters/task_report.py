"""How a task's rows become the answer of endpoint 37."""

from collections.abc import Sequence
from typing import Any

from contracts.rpc.knowledge import Progress, TaskStatus


def report(task: Any, groups: Sequence[Any], failed: Sequence[Any]) -> TaskStatus:
    """groups: (state, documents, chunks, stage); failed: the first (document_id, name, error)."""
    counts = dict.fromkeys(("waiting", "running", "indexed", "failed"), 0)
    for group in groups:
        counts[group.state] += group.documents
    told = [
        {"document_id": row.document_id, "name": row.name, "error": row.error} for row in failed
    ]
    chunks = sum(int(group.chunks) for group in groups if group.state == "indexed")
    result = {
        "indexed": counts["indexed"],
        "failed": told,
        "failed_count": counts["failed"],
        "chunks": chunks,
    }
    is_running = task.status == "PENDING"
    return TaskStatus(
        task_id=task.id,
        status=task.status,
        result=None if is_running else result,
        error=task.error,
        progress=Progress(
            done=counts["indexed"] + counts["failed"],
            total=sum(counts.values()),
            failed=counts["failed"],
            stage=_stage(groups) if is_running else "done",
        ),
    )


def _stage(groups: Sequence[Any]) -> str:
    stages = [group.stage for group in groups if group.state == "running" and group.stage]
    return stages[0] if stages else "waiting for a worker"
