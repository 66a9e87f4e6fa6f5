"""Begin to index what is not indexed yet."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from contracts.rpc.knowledge import KnowledgeBaseOf, TaskStarted
from services.knowledge.domain.references import parse_reference
from services.knowledge.ports import TaskDesk, Tasks
from services.knowledge.usecases.find_knowledge_base import no_such_base


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginIndexing:
    """Endpoint 31. At most one task runs per knowledge base."""

    tasks: Tasks
    new_id: Callable[[], UUID]

    def __call__(self, request: KnowledgeBaseOf) -> TaskStarted:
        """Raises NotFound. A running task takes in what was uploaded since, and is answered again."""
        reference = parse_reference(request.knowledge_base)
        if reference is None:
            raise no_such_base()
        with self.tasks.desk(user_id=request.user_id, reference=reference) as desk:
            if desk is None:
                raise no_such_base()
            return TaskStarted(task_id=self._task(desk))

    def _task(self, desk: TaskDesk) -> UUID:
        running = desk.running_task()
        if running is not None:
            desk.enlist(running, desk.uploaded())
            return running
        task_id, waiting = self.new_id(), desk.unindexed()
        if waiting:
            desk.open_task(task_id)
            desk.enlist(task_id, waiting)
        else:
            desk.finished_task(task_id)
        return task_id
