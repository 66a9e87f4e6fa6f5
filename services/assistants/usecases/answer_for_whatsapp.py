"""Answer a question in one piece, for WhatsApp."""

from contextlib import aclosing
from dataclasses import dataclass

from contracts.errors import InvalidRequest, Unavailable
from services.assistants.domain.answer import Done, Question
from services.assistants.domain.whatsapp_answer import WholeAnswer
from services.assistants.usecases.answer_question import AnswerQuestion

MOST_MESSAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForWhatsApp:
    """Endpoint 15, and the real channel."""

    answer_question: AnswerQuestion

    async def __call__(self, question: Question, *, at_most: int) -> tuple[tuple[str, ...], Done]:
        """The messages, at least one. Raises what AnswerQuestion raises; Unavailable for a broken answer."""
        if not 1 <= at_most <= MOST_MESSAGES:
            raise InvalidRequest.on("at_most", f"Must be 1 to {MOST_MESSAGES}.")
        answer = WholeAnswer()
        async with aclosing(self.answer_question(question)) as events:
            async for event in events:
                answer.hear(event)
        messages = answer.messages(at_most=at_most)
        if answer.failure or answer.done is None:
            raise Unavailable(answer.failure)
        if not messages:
            raise Unavailable("The model gave no answer.")
        return messages, answer.done
