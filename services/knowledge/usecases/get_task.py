"""Tell how a task is getting on."""

from dataclasses import dataclass

from contracts.errors import NotFound
from contracts.rpc.knowledge import TaskOf, TaskStatus
from services.knowledge.domain.references import parse_uuid
from services.knowledge.ports import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTask:
    """Endpoint 37."""

    tasks: Tasks

    def __call__(self, request: TaskOf) -> TaskStatus:
        """Raises NotFound, alike for a bad id, none, and somebody else's."""
        task_id = parse_uuid(request.task_id)
        found = self.tasks.status(user_id=request.user_id, task_id=task_id) if task_id else None
        if found is None:
            raise NotFound(what="task")
        return found
