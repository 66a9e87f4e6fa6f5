"""How many of something there may be at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import Unavailable


class Places:
    """`total` of them; who comes when all are taken is sent away at once, not kept waiting."""

    def __init__(self, total: int, *, what: str) -> None:
        self.total = total
        self.what = what
        self.taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Unavailable, naming `what`."""
        if self.taken >= self.total:
            raise Unavailable.of(self.what)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
