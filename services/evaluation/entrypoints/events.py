"""What evaluation is told by events; a class of its own, so that they cannot keep questions waiting."""

from uuid import UUID

from chassis.nameko_door import Wired, listens
from contracts.events.auth import UserDeleted
from services.evaluation.wiring.rpc import Application


class EvaluationEvents:
    """Facts of other services."""

    name = "evaluation-events"
    app: Application = Wired()

    @listens(UserDeleted)
    def on_user_deleted(self, event: UserDeleted, message_id: UUID) -> None:
        self.app.remove_user(event, message_id=message_id)
