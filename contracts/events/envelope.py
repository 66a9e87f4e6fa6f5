"""What every event carries around its facts."""

from typing import Any, ClassVar
from uuid import UUID

from contracts.shapes import Instant, Shape


class Event(Shape):
    """A fact in the past tense. TYPE is `<service>.<noun>_<verb>.v<major>`."""

    TYPE: ClassVar[str]

    @classmethod
    def service(cls) -> str:
        """The announcing service."""
        return cls.TYPE.split(".", 1)[0]

    @classmethod
    def routing_key(cls) -> str:
        """The type without its service: the key on the service's exchange."""
        return cls.TYPE.split(".", 1)[1]


class Envelope(Shape):
    """The message on the exchange `<service>.events`; the same `id` may arrive more than once."""

    id: UUID
    type: str
    occurred_at: Instant
    request_id: str
    data: dict[str, Any]
