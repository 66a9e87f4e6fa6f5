"""A question while it is read: its tokens, and what has been understood of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.assistants.domain.data_question.words import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Tokens `start` to `end` (exclusive) are understood as `kind`; `meaning` depends on the kind."""

    start: int
    end: int
    kind: str
    meaning: Any


@dataclass(slots=True, kw_only=True)
class Reading:
    """Each token belongs to at most one claim."""

    tokens: tuple[Token, ...]
    claims: list[Claim] = field(default_factory=list)

    def claim(self, start: int, end: int, kind: str, meaning: Any) -> Claim:
        """Take tokens that nobody has."""
        made = Claim(start=start, end=end, kind=kind, meaning=meaning)
        self.claims.append(made)
        self.claims.sort(key=lambda each: each.start)
        return made

    def release(self, claim: Claim) -> None:
        """Give tokens back."""
        self.claims.remove(claim)

    def is_free(self, start: int, end: int) -> bool:
        """Nobody has any of them."""
        return all(end <= claim.start or claim.end <= start for claim in self.claims)

    def free_spans(self, longest: int) -> Iterator[tuple[int, int]]:
        """Free runs of up to `longest` tokens: longer ones first, then as in the question."""
        for length in range(min(longest, len(self.tokens)), 0, -1):
            for start in range(len(self.tokens) - length + 1):
                if self.is_free(start, start + length):
                    yield start, start + length

    def of(self, *kinds: str) -> list[Claim]:
        """The claims of these kinds, as in the question."""
        return [claim for claim in self.claims if claim.kind in kinds]

    def has(self, *kinds: str) -> bool:
        """There is a claim of one of these kinds."""
        return bool(self.of(*kinds))

    def before(self, position: int, *, within: int = 1) -> list[Claim]:
        """The claims that end in the `within` tokens before `position`, nearest first."""
        near = [c for c in self.claims if position - within < c.end <= position]
        return sorted(near, key=lambda claim: -claim.end)

    def free(self) -> list[int]:
        """Positions that nobody has."""
        return [at for at in range(len(self.tokens)) if self.is_free(at, at + 1)]

    def texts(self, positions: Iterable[int]) -> list[str]:
        """The words there."""
        return [self.tokens[at].text for at in positions]
