"""Words the prompt of a small generative model: few tokens, the documents' best sentences first."""

from collections.abc import Sequence

from services.models.domain.conversation import Document, Turn

_GROUNDED = (
    "Answer the question with one full sentence, using only the context. "
    "If the context does not contain the answer, say that the documents do not contain it."
)
_CHARACTERS_PER_TOKEN = 3  # careful: English has more, other scripts fewer


def grounded(turns: Sequence[Turn], asked: str, sentences: Sequence[str]) -> list[dict[str, str]]:
    """Messages that ask for an answer from `sentences`, in the tone of the system turns."""
    system = [turn.text for turn in turns if turn.role == "system"]
    context = "\n".join(f"- {sentence}" for sentence in sentences)
    return [
        {"role": "system", "content": "\n\n".join([*system, _GROUNDED])},
        {"role": "user", "content": f"Context:\n{context}\n\nQuestion: {asked}"},
    ]


def conversation(
    turns: Sequence[Turn], documents: Sequence[Document], room_tokens: int
) -> list[dict[str, str]]:
    """The system turns, the documents as far as they fit, and the latest turns that fit."""
    room = room_tokens * _CHARACTERS_PER_TOKEN
    system = "\n\n".join(turn.text for turn in turns if turn.role == "system")
    room -= len(system)
    kept: list[dict[str, str]] = []
    for turn in reversed([turn for turn in turns if turn.role != "system"]):
        if kept and len(turn.text) > room:
            break
        kept.insert(0, {"role": turn.role, "content": turn.text})
        room -= len(turn.text)
    passages = "\n\n".join(document.text for document in documents)[: max(room, 0)]
    parts = [part for part in (system, passages and f"Documents:\n{passages}") if part]
    head = [{"role": "system", "content": "\n\n".join(parts)}] if parts else []
    return head + kept
