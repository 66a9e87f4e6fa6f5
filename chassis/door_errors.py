"""What a caller is told of an exception that reached a door."""

import structlog
from pydantic import ValidationError

from chassis.bus_json import MAX_MESSAGE_BYTES, MessageTooLong
from chassis.database import database_is_away
from chassis.field_errors import invalid_request
from contracts.errors import InternalError, ServiceError, TooLarge, Unavailable

log = structlog.get_logger(__name__)


def as_service_error(error: Exception) -> ServiceError:
    """A bug is logged here, once, with its traceback, and told without detail."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, ValidationError):
        return invalid_request(error)
    if isinstance(error, MessageTooLong):
        log.warning("answer_too_long", length=str(error))
        return TooLarge(f"An answer is limited to {MAX_MESSAGE_BYTES} bytes, and this has {error}.")
    if database_is_away(error):
        log.warning("database_away", reason=str(error)[:300])
        return Unavailable.of("The database")
    log.exception("unexpected_error", exc_info=error)
    return InternalError()
