"""`python -m local status`, `down` and `env`: what others ask about a run."""

import os
import shlex
import signal
import time
from contextlib import suppress
from pathlib import Path

from local.layout import Layout
from local.process import descendants
from local.state import read_state, running_pid

_STOP_SECONDS = 20.0


def status(layout: Layout) -> int:
    """Print a table of the parts; exit status 1 when nothing runs."""
    if running_pid(layout.data) is None:
        print(f"Parlance does not run on {layout.data}")
        return 1
    state = read_state(layout.state_file)
    print(f"launcher {state['launcher']}, {state['phase']}; data in {layout.data}")
    print(f"{'part':<20}{'state':<12}{'pid':>8}{'port':>7}{'MB':>7}{'up':>10}{'restarts':>10}")
    total = 0.0
    for name, part in state["parts"].items():
        pid, size = part["pid"], megabytes(part["pid"]) if part["pid"] else 0.0
        total += size
        age = f"{time.time() - part['since']:.0f} s" if pid else ""
        row = f"{name:<20}{part['state']:<12}{pid or '':>8}{part['port'] or '':>7}"
        print(f"{row}{size:>7.0f}{age:>10}{part['restarts'] or '':>10}")
    launcher = megabytes(state["launcher"], family=False)
    print(f"{'launcher':<20}{'':<12}{state['launcher']:>8}{'':>7}{launcher:>7.0f}")
    print(f"{'total':<20}{'':<27}{total + launcher:>7.0f}")
    return 0


def megabytes(pid: int, *, family: bool = True) -> float:
    """Memory of a process (and those below it) in MB; shared pages counted once where shown."""
    pids = {pid, *descendants(pid)} if family else {pid}
    return sum(_kilobytes(each) for each in pids) / 1024


def _kilobytes(pid: int) -> int:
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
                if line.startswith(key):
                    return int(line.split()[1])
    return 0


def down(layout: Layout) -> int:
    """Ask the running launcher to stop and wait until it has."""
    pid = running_pid(layout.data)
    if pid is None:
        print(f"Parlance does not run on {layout.data}")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while running_pid(layout.data) is not None:
        if time.monotonic() > deadline:
            print(f"the launcher (pid {pid}) has not ended after {_STOP_SECONDS:.0f} s")
            return 1
        time.sleep(0.1)
    print("stopped")
    return 0


def export_lines(environment: dict[str, str]) -> str:
    """Lines a shell can evaluate."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items())
