"""CPU time and memory of every part of a stack, from /proc."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.process import descendants
from local.stack import Stack
from local.state import read_state

_TICKS = os.sysconf("SC_CLK_TCK")
LAUNCHER = "launcher"
MODELS = "models"
Seconds = dict[str, float]


@dataclass(frozen=True, slots=True)
class Memory:
    """MB of a part with everything below it. pss: pages shared with others counted in shares."""

    rss: float
    pss: float
    processes: int


def families(stack: Stack) -> dict[str, set[int]]:
    """The processes of every part, and the launcher's own."""
    state = read_state(stack.layout.state_file)
    found = {
        name: {part["pid"], *descendants(part["pid"])}
        for name, part in state["parts"].items()
        if part["pid"] is not None
    }
    return {**found, LAUNCHER: {state["launcher"]}}


def memory(stack: Stack) -> dict[str, Memory]:
    """Of every part, now."""
    return {name: _memory_of(pids) for name, pids in families(stack).items()}


def besides_the_models(parts: dict[str, Memory]) -> Memory:
    """All parts together but the model server."""
    others = [each for name, each in parts.items() if name != MODELS]
    return Memory(
        rss=round(sum(each.rss for each in others), 1),
        pss=round(sum(each.pss for each in others), 1),
        processes=sum(each.processes for each in others),
    )


def _memory_of(pids: Iterable[int]) -> Memory:
    rss = pss = processes = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name == "Rss":
                    rss += int(rest.split()[0])
                    processes += 1
                elif name == "Pss":
                    pss += int(rest.split()[0])
    return Memory(rss=round(rss / 1024, 1), pss=round(pss / 1024, 1), processes=processes)


class CpuMeter:
    """CPU seconds from its making on."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._began = time.monotonic()
        self._busy = _busy_seconds()
        self._before = self._now()

    def read(self) -> Seconds:
        """By part; `bench` is this process, `others` all programs that are neither."""
        after = self._now()
        used = {name: round(after[name] - self._before.get(name, 0.0), 3) for name in after}
        others = max(_busy_seconds() - self._busy - sum(used.values()), 0.0)
        return {**used, "others": round(others, 3)}

    def others_cores(self) -> float:
        """Cores that programs which are no part of this run kept busy, on average."""
        return self.read()["others"] / max(time.monotonic() - self._began, 1e-9)

    def _now(self) -> Seconds:
        own = {os.getpid(), *descendants(os.getpid())}
        parts = families(self._stack)
        for pids in parts.values():
            own -= pids
        named = {**parts, "bench": own}
        return {name: sum(map(_cpu_seconds, pids)) for name, pids in named.items()}


def _cpu_seconds(pid: int) -> float:
    """Of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def _busy_seconds() -> float:
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / _TICKS
