"""One question to another service over nameko RPC; for the nameko process only."""

from typing import Any, TypeVar

import structlog
from kombu.exceptions import OperationalError
from nameko.exceptions import RpcTimeout, UnknownService

from contracts.errors import Unavailable
from contracts.shapes import Shape

log = structlog.get_logger(__name__)
AWAY = (RpcTimeout, UnknownService, OperationalError, OSError)
Answer = TypeVar("Answer", bound=Shape)


def ask(
    service: Any, method: str, request: Shape, answer: type[Answer], *, capability: str
) -> Answer:
    """`service` is a worker's own `DeadlineRpc`. Raises Unavailable, and what the service raises."""
    try:
        return answer.from_wire(dict(getattr(service, method)(request.to_wire())))
    except AWAY as error:
        log.warning("service_away", capability=capability, method=method, reason=repr(error)[:300])
        raise Unavailable.of(capability) from error
