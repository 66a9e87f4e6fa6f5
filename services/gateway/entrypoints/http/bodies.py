"""What clients send, where it is not a contract's shape as it stands; and what they get in answer."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasChoices, BeforeValidator, Field, WithJsonSchema

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import AssistantFields
from contracts.rpc.knowledge import Document, KnowledgeBaseFields
from contracts.shapes import Name, Shape, Text


def _none_if_blank(value: Any) -> Any:
    return None if value == "" else value


def _reference(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("Must be a valid integer id or UUID.")
    text = str(value).strip()
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("Must be a valid integer id or UUID.") from None


_BLANK_OR = [{"type": "null"}, {"type": "string", "maxLength": 0}]
OptionalUuid = Annotated[
    UUID | None,
    BeforeValidator(_none_if_blank),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "uuid"}, *_BLANK_OR]}),
]
"""Blank counts as absent: forms send empty fields."""
_INTEGER_OR_UUID = [{"type": "integer", "minimum": 1}, {"type": "string", "format": "uuid"}]
KnowledgeBaseId = Annotated[
    str,
    BeforeValidator(_reference),
    WithJsonSchema({"anyOf": _INTEGER_OR_UUID}),
]
OptionalKnowledgeBaseId = Annotated[
    KnowledgeBaseId | None,
    BeforeValidator(_none_if_blank),
    WithJsonSchema({"anyOf": [*_INTEGER_OR_UUID, *_BLANK_OR]}),
]


class NewKnowledgeBase(KnowledgeBaseFields):
    """Endpoint 32: every field of a knowledge base; only `name` is required."""

    name: Name


class WhatToIndex(Shape):
    """Endpoint 31: an assistant, whose knowledge base it is, or a knowledge base."""

    assistant_id: OptionalUuid = None
    kb_id: OptionalKnowledgeBaseId = None


def knowledge_base_in_path(text: str) -> str:
    """Raises NotFound for what is neither an integer id nor a UUID."""
    try:
        return str(_reference(text))
    except ValueError:
        raise NotFound(what="knowledge_base") from None


class Configuration(AssistantFields):
    """Endpoint 14: an assistant's fields in snake_case or camelCase; `model_uuid` updates that one."""

    model_uuid: OptionalUuid = Field(
        default=None,
        validation_alias=AliasChoices("model_uuid", "modelUuid", "assistant_uuid", "assistant_id"),
    )


class AssistantKnowledgeBase(Shape):
    """Endpoint 35: `kb_id` null clears; absent, it stays as it is."""

    assistant_id: UUID
    kb_id: OptionalKnowledgeBaseId = None


class ChatMessage(Shape):
    """One message of a conversation."""

    role: Literal["user", "assistant", "system"]
    content: Text


class Question(Shape):
    """Endpoint 1: the conversation so far, oldest first; the last message is the question.

    `assistant_uuid` (or `model_uuid`) picks the assistant, else it is the user's default one;
    `conversation_id` continues a stored conversation.
    """

    messages: Annotated[list[ChatMessage], Field(json_schema_extra={"minItems": 1})]
    assistant_uuid: OptionalUuid = None
    model_uuid: OptionalUuid = None
    conversation_id: OptionalUuid = None


class OfKnowledgeBase(Shape):
    """Query of 6."""

    kb_uuid: UUID


class OfAssistant(Shape):
    """Query of 23."""

    assistant_uuid: UUID


class WhichConfigurations(Shape):
    """Query of 16."""

    include_archived: bool = False


class Message(Shape):
    """A sentence for people."""

    message: str


class Files(Shape):
    """Endpoint 6: oldest first."""

    files: list[Document]


class FileRefreshed(Shape):
    """Endpoint 5; `task_id` indexes the new bytes."""

    message: str
    filename: str
    task_id: UUID


class IndexingStarted(Shape):
    """Endpoint 31."""

    status: str
    task_id: UUID


class ConfigurationSaved(Shape):
    """Endpoint 14."""

    message: str
    model_uuid: UUID


class KnowledgeBaseOfAssistant(Shape):
    """Endpoint 35: what is set now."""

    success: bool
    knowledge_base: UUID | None
