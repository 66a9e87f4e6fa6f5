"""A question as it comes over gRPC."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import Assistant
from services.assistants.domain.answer import Question
from services.assistants.domain.conversation import Turn


def question_of(request: Any) -> Question:
    """Raises InvalidRequest."""
    if request.user_id < 1:
        raise InvalidRequest.on("user_id", "Ensure this value is greater than or equal to 1.")
    return Question(
        user_id=request.user_id,
        assistant_uuid=_uuid(request.assistant_uuid, "assistant_uuid"),
        conversation_uuid=_uuid(request.conversation_id, "conversation_id"),
        turns=tuple(Turn(message.role, message.content) for message in request.messages),
        configuration=_configuration(request.configuration),
        is_rehearsal=request.is_rehearsal,
    )


def _uuid(text: str, field: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidRequest.on(field, "Must be a valid UUID.") from None


def _configuration(text: str) -> Assistant | None:
    try:
        return Assistant.model_validate_json(text) if text else None
    except ValidationError:
        raise InvalidRequest.on("configuration", "Must be the JSON of an assistant.") from None
