"""Facts that auth announces on the exchange `auth.events`."""

from typing import ClassVar

from contracts.events.envelope import Event


class UserDeleted(Event):
    """A user is gone for good; ids are never used again.

    Consumers: assistants and knowledge remove all that was theirs, the gateway refuses their tokens.
    """

    TYPE: ClassVar[str] = "auth.user_deleted.v1"

    user_id: int


class UserDeactivated(Event):
    """A user may not sign in any more; what is theirs stays. Consumers: the gateway refuses their tokens."""

    TYPE: ClassVar[str] = "auth.user_deactivated.v1"

    user_id: int
