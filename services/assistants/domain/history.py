"""How much of a long conversation a model is sent: its newest turns, and what was asked before them."""

import math
from collections.abc import Sequence

from services.assistants.domain.conversation import Turn
from services.assistants.domain.model_card import ModelCard

BYTES_PER_TOKEN = 3.5
"""Of UTF-8; models read more of most languages in a token, so this errs on the safe side."""
SHARE_OF_WINDOW = 4  # a quarter is for earlier turns; the rest for prompt, passages and answer
SHARE_OF_RECAP = 8
RECAP_QUESTION_CHARACTERS = 160
RECAP = "Earlier in this conversation I asked:"


def tokens(text: str) -> int:
    """Roughly, and rather too many."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def history_tokens(card: ModelCard, *, limit: int) -> int:
    """Tokens that the turns before a question may take: `limit`, less where the model reads little."""
    return min(limit, card.context_tokens // SHARE_OF_WINDOW)


def fitting(turns: Sequence[Turn], *, limit: int) -> tuple[Turn, ...]:
    """The question, and before it the newest turns that together have at most `limit` tokens.

    System messages count, but stay. Where turns were left out, the rest begins with the user, and
    before it stands what the user asked in those, shortened, the newest of them.
    """
    *earlier, question = turns
    left = limit - sum(tokens(turn.content) for turn in earlier if turn.role == "system")
    if sum(tokens(turn.content) for turn in earlier if turn.role != "system") <= left:
        return tuple(turns)
    room = left // SHARE_OF_RECAP
    kept = _from_the_user_on(_newest(earlier, limit=left - room))
    dropped = [turn for turn in earlier if turn.role == "user"]
    dropped = dropped[: len(dropped) - sum(turn.role == "user" for turn in kept)]
    system = [turn for turn in earlier if turn.role == "system"]
    return (*system, *_recap(dropped, limit=room), *kept, question)


def _newest(turns: Sequence[Turn], *, limit: int) -> list[Turn]:
    """Without system messages."""
    kept: list[Turn] = []
    for turn in reversed([turn for turn in turns if turn.role != "system"]):
        limit -= tokens(turn.content)
        if limit < 0:
            break
        kept.append(turn)
    return kept[::-1]


def _from_the_user_on(turns: list[Turn]) -> list[Turn]:
    first = next((at for at, turn in enumerate(turns) if turn.role == "user"), len(turns))
    return turns[first:]


def _recap(dropped: Sequence[Turn], *, limit: int) -> tuple[Turn, ...]:
    """The user's own words alone: an answer, repeated here, would seem to be the user's."""
    lines: list[str] = []
    left = limit - tokens(RECAP)
    for turn in reversed(dropped):
        line = f"- {' '.join(turn.content.split())[:RECAP_QUESTION_CHARACTERS]}"
        left -= tokens(line)
        if left < 0:
            break
        lines.insert(0, line)
    return (Turn("user", "\n".join([RECAP, *lines])),) if lines else ()
