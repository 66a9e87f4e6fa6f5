"""Every reason this server gives for not answering, with its HTTP status."""

from typing import ClassVar


class Refusal(Exception):
    """The base: `message` is a sentence for the caller."""

    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class Unsupported(Refusal):
    """The model asked for cannot do what was asked."""


class InvalidInput(Refusal):
    """The request breaks the API's own rules."""


class TextTooLong(Refusal):
    """A text exceeds the model and truncation was forbidden."""


class UnknownModel(Refusal):
    """No such model here."""

    status = 404


class Unauthorized(Refusal):
    """The bearer token is missing or wrong."""

    status = 401


class BodyTooLarge(Refusal):
    """The request's body exceeds the limit."""

    status = 413


class Busy(Refusal):
    """Every slot and every waiting place is taken; try again after `retry_after` seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class NotReady(Refusal):
    """The model is installed but still loading."""

    status = 503
