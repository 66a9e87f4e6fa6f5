"""JSON log lines: a static event name, fields, and the request id that they belong to."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog

REQUEST_ID = "request_id"


def configure_logs(*, process: str, level: str) -> None:
    """Send structlog's and the standard library's lines to stderr as one JSON object each."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda _logger, _method, event: {"process": process, **event},
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in (
        "amqp",
        "kombu",
        "botocore",
        "urllib3",
        "aio_pika",
        "aiormq",
        "httpx",
        "httpcore",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def new_request_id() -> str:
    """An id for work that no request started."""
    return uuid4().hex


def current_request_id() -> str:
    """The id bound to this context, or a new one."""
    return str(structlog.contextvars.get_contextvars().get(REQUEST_ID) or new_request_id())


@contextmanager
def request_bound(request_id: str | None) -> Iterator[str]:
    """Every log line, event, job and call inside carries this id."""
    bound = request_id or new_request_id()
    with structlog.contextvars.bound_contextvars(request_id=bound):
        yield bound
