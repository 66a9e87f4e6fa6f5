"""Turns of a conversation: which are allowed, which are new, and which still fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import Assistant

ROLES = ("user", "assistant", "system")
MAX_MESSAGES = 200
MAX_CHARACTERS = 100_000  # of one message
QUERY_CHARACTERS = 8_000
TITLE_CHARACTERS = 80
SHORT_QUESTION_WORDS = 4  # a question this short leans on the one before


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


def fitting(turns: Sequence[Turn], *, characters: int) -> tuple[Turn, ...]:
    """The question, and before it the newest turns that together have at most `characters`.

    System messages count, but stay. Where turns were left out, the rest begins with the user.
    """
    question = turns[-1]
    earlier = turns[:-1]
    left = characters - sum(len(turn.content) for turn in earlier if turn.role == "system")
    kept: list[Turn] = []
    is_full = False
    for turn in reversed(earlier):
        if turn.role == "system":
            kept.append(turn)
        elif not is_full:
            left -= len(turn.content)
            is_full = left < 0
            if not is_full:
                kept.append(turn)
    kept.reverse()
    return (*_from_the_user_on(kept), question) if is_full else tuple(turns)


def _from_the_user_on(turns: list[Turn]) -> list[Turn]:
    first = next((at for at, turn in enumerate(turns) if turn.role == "user"), len(turns))
    return [turn for turn in turns[:first] if turn.role == "system"] + turns[first:]


def search_query(turns: Sequence[Turn]) -> str:
    """What to search for: the question, behind the user's one before it when it is very short."""
    asked = [turn.content.strip() for turn in turns if turn.role == "user"]
    query = asked[-1]
    if len(asked) > 1 and len(query.split()) <= SHORT_QUESTION_WORDS:
        query = f"{asked[-2]}\n{query}"
    return query[-QUERY_CHARACTERS:]
