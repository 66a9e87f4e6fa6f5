"""Turns of a conversation: which are allowed, which are new, and what to search for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import Assistant
from services.assistants.domain.follow_up import searched_for

ROLES = ("user", "assistant", "system")
MAX_MESSAGES = 200
MAX_CHARACTERS = 100_000  # of one message
QUERY_CHARACTERS = 8_000
TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; `role` is user, assistant or system."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedConversation:
    """What an answer starts from. `conversation_uuid` is None for a new conversation."""

    assistant: Assistant
    conversation_uuid: UUID | None
    history: tuple[Turn, ...]


def check_turns(turns: Sequence[Turn]) -> None:
    """Raises InvalidRequest on `messages`."""
    if not turns:
        raise _invalid("This list may not be empty.")
    if len(turns) > MAX_MESSAGES:
        raise _invalid(f"Ensure this field has no more than {MAX_MESSAGES} elements.")
    for turn in turns:
        if turn.role not in ROLES:
            raise _invalid(f'role: "{turn.role[:100]}" is not a valid choice.')
        if len(turn.content) > MAX_CHARACTERS:
            raise _invalid(
                f"content: Ensure this field has no more than {MAX_CHARACTERS} characters."
            )
        if "\x00" in turn.content:
            raise _invalid("content: Null characters are not allowed.")
    if turns[-1].role != "user":
        raise _invalid("The last message must be the user's.")
    if not turns[-1].content.strip():
        raise _invalid("content: This field may not be blank.")


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest.on("messages", message)


def titled(question: str) -> str:
    """The first line's worth of a question, to be recognised by."""
    words = " ".join(question.split())
    if len(words) <= TITLE_CHARACTERS:
        return words
    cut = words[: TITLE_CHARACTERS - 1]
    at_word = cut.rfind(" ")
    return f"{cut[: at_word if at_word > TITLE_CHARACTERS // 2 else None].rstrip()}…"


def new_turns(history: Sequence[Turn], sent: Sequence[Turn]) -> tuple[Turn, ...]:
    """What of `sent` the stored history does not have yet.

    Some clients send only their question, others the conversation so far: as many of the first
    sent turns as are the last stored ones, in order, are known. The question itself is new.
    """
    stored, asked = tuple(history), tuple(sent)
    for known in range(min(len(stored), len(asked) - 1), 0, -1):
        if stored[-known:] == asked[:known]:
            return asked[known:]
    return asked


def search_query(turns: Sequence[Turn]) -> str:
    """What to search for: the question, behind those of the user that it leans on."""
    asked = [turn.content.strip() for turn in turns if turn.role == "user"]
    return searched_for(asked)[-QUERY_CHARACTERS:]
