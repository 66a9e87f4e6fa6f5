"""`python -m tools.bench [--quick] [--only NAME]`: run, print the table, write bench.json."""

import argparse
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.layout import HOST, REPOSITORY
from local.stack import Stack, StackError
from tools.bench import data, evaluation, first_token, indexing, machine, rpc, search, startup
from tools.bench.ground import Ground, enter
from tools.bench.processes import CpuMeter
from tools.bench.sizes import FULL, QUICK, Sizes
from tools.bench.table import Measured, Row, render
from tools.client import Client

PARTS: dict[str, Callable[[Ground], Measured]] = {
    "first_token": first_token.measure,
    "rpc": rpc.measure,
    "indexing": indexing.measure,
    "data": data.measure,
    "evaluation": evaluation.measure,
    "search": search.measure,
}
STARTUP, SEARCH = "startup", "search"
VARIABLES = {"PARLANCE_MODELS_SENTENCE_CACHE": str(first_token.KEPT_SENTENCES)}


class Report:
    """What has been measured so far."""

    def __init__(self, *, quick: bool) -> None:
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.failed: list[str] = []
        self.figures: dict[str, Any] = {
            "date": machine.now(),
            "commit": machine.commit(),
            "quick": quick,
            "machine": machine.describe(),
            "load_at_start": machine.load(),
            "parts": {},
        }

    def take(self, name: str, measured: Measured, **conditions: Any) -> None:
        """Add a part's figures, and the conditions they were measured under."""
        self.rows += measured.rows
        self.notes += measured.notes
        self.figures["parts"][name] = {**conditions, **measured.raw}

    def write(self, path: Path) -> None:
        """As JSON: the table's rows, and everything behind them."""
        self.figures["failed"] = self.failed
        self.figures["table"] = [row.cells() for row in self.rows]
        path.write_text(json.dumps(self.figures, indent=1) + "\n")


def main() -> int:
    """0 when everything was measured; the aims are told, not enforced."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report(quick=arguments.quick)
    names = [arguments.only] if arguments.only else [STARTUP, *PARTS]
    try:
        with tempfile.TemporaryDirectory(prefix="parlance-bench-") as folder:
            stack = Stack(
                Path(folder) / "data",
                base_port=arguments.base_port,
                http_port=arguments.http_port,
                variables=VARIABLES,
            )
            try:
                _run(stack, QUICK if arguments.quick else FULL, names, report)
            finally:
                stack.stop()
    except StackError as error:
        print(error)
        return 1
    report.write(arguments.output)
    told = [render(report.rows), *report.notes, _conditions(report.figures)]
    print("", *told, f"All of it: {arguments.output}", sep="\n\n")
    return 1 if report.failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run at all?")
    parser.add_argument("--only", choices=[STARTUP, *PARTS], help="one part of it")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "bench.json")
    parser.add_argument("--base-port", type=int, default=16_000)
    parser.add_argument("--http-port", type=int, default=16_800)
    return parser.parse_args()


def _run(stack: Stack, sizes: Sizes, names: list[str], report: Report) -> None:
    if STARTUP in names:
        _say("starting the stack on a new data folder, stopping it, starting it again")
        report.take(STARTUP, startup.cold_then_warm(stack))
        report.take("memory_idle", startup.memory_of(stack, "idle"))
    else:
        _say("starting the stack")
        startup.start(stack)
    with Client(f"http://{HOST}:{stack.layout.http_port}") as client:
        ground = enter(stack, client, sizes)
        for name in [name for name in PARTS if name in names]:
            if name == SEARCH and len(names) > 1:
                report.take("memory_worked", startup.memory_of(stack, "after answers and indexing"))
            _measure(name, ground, report)
    if names != [STARTUP]:
        chunks = f"with {sum(sizes.bases):,} chunks" if SEARCH in names else f"after {names[0]}"
        report.take("memory_after", startup.memory_of(stack, chunks))
    if STARTUP in names and sizes.is_restarted:
        _say("stopping and starting the stack once more")
        report.take("startup_with_data", startup.once_more(stack))


def _measure(name: str, ground: Ground, report: Report) -> None:
    _say(f"measuring {name}")
    began, load, meter = time.monotonic(), machine.load(), CpuMeter(ground.stack)
    try:
        measured = PARTS[name](ground)
    except Exception:  # noqa: BLE001 - one part's failure must not cost the others' figures
        traceback.print_exc()
        report.failed.append(name)
        return
    report.take(
        name,
        measured,
        took_s=round(time.monotonic() - began, 1),
        load=[load, machine.load()],
        others_cores=round(meter.others_cores(), 2),
    )


def _conditions(figures: dict[str, Any]) -> str:
    """On what it was measured, and what else kept that machine busy."""
    about = figures["machine"]
    busy = ", ".join(
        f"{name} {part['others_cores']:.1f}"
        for name, part in figures["parts"].items()
        if "others_cores" in part
    )
    lines = [
        "Times are p50 / p95.",
        f"{about['cpu']}, {about['cores']} cores, {about['memory_mb']} MB, Python {about['python']}",
        f"Commit {figures['commit']}, {figures['date']}",
    ]
    if busy:
        lines.append(f"Cores that other programs used meanwhile: {busy}")
    return "\n".join(lines)


def _say(text: str) -> None:
    print(f"{machine.now()[11:19]} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
