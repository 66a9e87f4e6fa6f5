"""Answer what somebody wrote over WhatsApp, one message after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from contracts.errors import Conflict, NotFound, ServiceError, Unavailable
from services.assistants.domain.whatsapp_reply import (
    ARCHIVED,
    AWAY,
    CANNOT,
    PATIENCE,
    GraphBusy,
    GraphRefused,
    Line,
    Waiting,
    canned,
    hopeless,
)
from services.assistants.ports import Graph, WhatsAppAnswers, WhatsAppQueue

log = structlog.get_logger(__name__)


class NotNow(Exception):
    """The message waits; the text says for what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWhatsApp:
    """The job of the worker: all that waits of one sender, in the order in which it came.

    Run again after a crash it goes on where it was: an answer that is made is not made again, and
    one that was sent is not sent again. Only a process that dies between Graph's yes and the commit
    after it sends that one message twice.
    """

    queue: WhatsAppQueue
    answers: WhatsAppAnswers
    graph: Graph
    now: Callable[[], datetime]

    def __call__(self, sender_id: int) -> None:
        """Raises NotNow, when another process is at it or a part is away."""
        with self.queue.alone(sender_id) as is_alone:
            if not is_alone:
                raise NotNow("another process answers this sender")
            while message := self.queue.next(sender_id):
                self._settle(message)

    def _settle(self, message: Waiting) -> None:
        if reason := hopeless(message, now=self.now()):
            return self._give_up(message, reason)
        try:
            self._answer(message)
        except (GraphBusy, Unavailable) as error:
            self.queue.wait(message.id, str(error))
            raise NotNow(str(error)) from error
        except GraphRefused as error:
            self._give_up(message, str(error))

    def _answer(self, message: Waiting) -> None:
        line = message.line
        assert line is not None
        answers = message.answers
        if answers is None:
            self.graph.mark_read(line, message.wamid)
            answers, conversation_uuid = self._made(message, line)
            self.queue.answered(message.id, answers, conversation_uuid)
        for text in answers[message.sent :]:
            self.queue.sent(message.id, self.graph.send(line, to=message.sender, text=text))
        self.queue.done(message.id)
        log.info("whatsapp_answered", message_id=message.id, parts=len(answers))

    def _made(self, message: Waiting, line: Line) -> tuple[tuple[str, ...], UUID | None]:
        kept = message.conversation_uuid
        if text := canned(message):
            return (text,), kept
        try:
            return self._asked(message, line)
        except Unavailable:
            if self.now() - message.received_at < PATIENCE:
                raise
            return (AWAY,), kept
        except Conflict:
            return (ARCHIVED,), kept
        except ServiceError as error:
            log.warning("whatsapp_not_answered", message_id=message.id, reason=error.detail)
            return (CANNOT,), kept

    def _asked(self, message: Waiting, line: Line) -> tuple[tuple[str, ...], UUID | None]:
        """In the sender's conversation; in a new one where that was deleted."""
        try:
            return self.answers.ask(line, message.text, conversation_uuid=message.conversation_uuid)
        except NotFound as error:
            if message.conversation_uuid is None or error.extra.get("what") != "conversation":
                raise
        return self.answers.ask(line, message.text, conversation_uuid=None)

    def _give_up(self, message: Waiting, reason: str) -> None:
        log.warning("whatsapp_given_up", message_id=message.id, reason=reason)
        self.queue.fail(message.id, reason)
