"""What of a follow-up only points at the question before: `and`, `what about`, `of them`."""

import re
from dataclasses import dataclass

from services.assistants.domain.follow_up import CONNECTIVES, OPENINGS, points_back

_ONLY = ("only", "just", "nur", "solo", "sólo", "seulement", "uniquement")
_JOINING = (CONNECTIVES - {"a", "e", "o", "ma", "si"}) | set(_ONLY)
_CONNECTIVE = re.compile(
    rf"(?:{'|'.join(sorted(_JOINING, key=len, reverse=True))})(?![\w\u0900-\u0dff])[\s,:]*",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:(?:of|among|from) (?:them|those|these)(?: ones)?|von (?:denen|diesen)|davon"
    r"|de (?:ellos|ellas|esos|esas)|(?:parmi|d'entre) (?:eux|elles))\b",
    re.IGNORECASE,
)
_THEM = re.compile(
    r"^(?:those|these|the ones|the same)(?: ones)?\b|\b(?:them|those|these)\s*[?.!]*$",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:in total|overall|altogether|in all|all together|all in all|insgesamt|en total|au total)\b",
    re.IGNORECASE,
)


_FRAGMENT = 6
"""Words; an unmarked question of more says all that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """rest: what is said anew. is_marked: it leans by its words. is_of_them: only rows of before are meant.

    says_all: it asks for all there is. points_elsewhere: at something that no plan knows (`its`).
    """

    rest: str
    is_marked: bool
    is_of_them: bool
    says_all: bool
    points_elsewhere: bool


def leaning(question: str) -> Leaning:
    """A question without what joins it to the one before."""
    rest, is_joined = _without_beginning(question.strip().lstrip("¿¡ "))
    found = _OF_THEM.search(rest) or _THEM.search(rest)
    if found is not None:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}".strip()
    is_of_them = found is not None
    return Leaning(
        rest=rest,
        is_marked=is_joined or is_of_them,
        is_of_them=is_of_them,
        says_all=_ALL.search(rest) is not None,
        points_elsewhere=points_back(rest) if rest.strip(" ?!.") else False,
    )


def surely_stands(question: str) -> bool:
    """By its words alone: shorter ones may be parts of a question (`in Oncology in 2024`)."""
    said = leaning(question)
    return not (said.is_marked or said.points_elsewhere) and len(question.split()) > _FRAGMENT


def _without_beginning(question: str) -> tuple[str, bool]:
    rest = question
    while found := next((f for each in (_CONNECTIVE, *OPENINGS) if (f := each.match(rest))), None):
        rest = rest[found.end() :].lstrip(" ,:")
    return rest, rest != question
