"""What the supervisor must know of one part."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from local.layout import REPOSITORY

Probe = Callable[[], Awaitable[bool]]
Group = Literal["infrastructure", "models", "migrations", "services"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process to keep running, or (with no `ready` probe) one task to run to its end."""

    name: str
    group: Group
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    after: tuple[str, ...] = ()
    ready: Probe | None = None
    alive: Probe | None = None
    prepare: Callable[[], None] | None = None
    """Blocking work before every start (files, first-time set-up); runs in a thread."""
    folder: Path = REPOSITORY
    port: int | None = None
    ports: tuple[int, ...] = ()
    """Every port it listens on, checked before the start; `port` is the one to show."""
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 5.0
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends it when the launcher dies."""
    start_seconds: float = 90.0
    replaced_by: str | None = None
    """The variable that, set to somewhere else, makes this part unnecessary."""

    @property
    def is_task(self) -> bool:
        """Whether it runs once instead of staying."""
        return self.ready is None
