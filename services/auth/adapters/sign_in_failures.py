"""Wrong passwords per fixed window in PostgreSQL, so that all processes count together."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from services.auth.adapters.sweeping import sweep
from services.auth.adapters.tables import sign_in_failures

TABLE = sign_in_failures.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSignInFailures:
    """The port `SignInFailures`. `window_ends` tells the end of the window that a moment is in."""

    engine: Engine
    window_ends: Callable[[datetime], datetime]
    now: Callable[[], datetime]

    def wait_s(self, limits: Mapping[str, int]) -> int:
        now = self.now()
        ends = self.window_ends(now)
        counted = select(TABLE.subject, TABLE.failures).where(
            TABLE.subject.in_(list(limits)), TABLE.window_ends == ends
        )
        with self.engine.connect() as connection:
            rows = connection.execute(counted).all()
        is_over = any(row.failures >= limits[row.subject] for row in rows)
        return max(1, math.ceil((ends - now).total_seconds())) if is_over else 0

    def count(self, limits: Mapping[str, int]) -> None:
        now = self.now()
        ends = self.window_ends(now)
        rows = [
            {"subject": subject, "window_ends": ends, "failures": 1} for subject in sorted(limits)
        ]
        one_more = insert(sign_in_failures).values(rows)
        one_more = one_more.on_conflict_do_update(
            index_elements=[TABLE.subject, TABLE.window_ends],
            set_={"failures": TABLE.failures + 1},
        )
        with self.engine.begin() as connection:
            connection.execute(one_more)
            sweep(connection, sign_in_failures, TABLE.window_ends < now)
