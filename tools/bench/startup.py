"""How long the whole stack takes to be ready and to be gone, and what memory it holds."""

import time
from dataclasses import asdict
from typing import Any

from local.stack import Stack
from tools.bench import machine
from tools.bench.processes import Memory, besides_the_models, memory
from tools.bench.table import Measured, Row

WARM_AIM_S = 25.0
MEMORY_AIM_MB = 1_500
START_WITHIN_S = 180
SETTLED_AFTER_S = 5  # of a start, before memory is read


def start(stack: Stack) -> float:
    """Seconds until every part is ready."""
    began = time.perf_counter()
    stack.start()
    stack.wait_ready(seconds=START_WITHIN_S)
    return time.perf_counter() - began


def stop(stack: Stack) -> float:
    """Seconds until the launcher has ended."""
    began = time.perf_counter()
    stack.stop()
    return time.perf_counter() - began


def cold_then_warm(stack: Stack) -> Measured:
    """On a data folder that is new: both starts, and the stop between. The stack runs afterwards."""
    load = machine.load()
    cold, stopped, warm = start(stack), stop(stack), start(stack)
    measured = Measured(raw={"cold_s": cold, "stop_s": stopped, "warm_s": warm, "load": load})
    measured.rows += [
        Row(what="Start, data folder new", ours=f"{cold:.1f} s"),
        _warm_row("Start, warm", warm),
        Row(what="Stop", ours=f"{stopped:.1f} s", aim="<= 15 s", met=stopped <= 15),
    ]
    return measured


def once_more(stack: Stack) -> Measured:
    """Stop and start after all the work, with all the data."""
    stopped, warm = stop(stack), start(stack)
    raw = {"stop_s": stopped, "warm_s": warm, "load": machine.load()}
    return Measured([_warm_row("Start, warm, with the data of this run", warm)], raw)


def _warm_row(what: str, seconds: float) -> Row:
    return Row(
        what=what,
        ours=f"{seconds:.1f} s",
        aim=f"<= {WARM_AIM_S:.0f} s",
        met=seconds <= WARM_AIM_S,
    )


def memory_of(stack: Stack, when: str) -> Measured:
    """PSS, because processes of one program share pages; RSS, which counts those once each, beside it."""
    time.sleep(SETTLED_AFTER_S)
    parts = memory(stack)
    others = besides_the_models(parts)
    models = parts.get("models", Memory(0, 0, 0))
    raw: dict[str, Any] = {name: asdict(each) for name, each in sorted(parts.items())}
    raw["besides the models"] = asdict(others)
    row = Row(
        what=f"Memory besides the models, {when}",
        ours=f"{others.pss:.0f} MB (PSS)",
        reference=f"RSS {others.rss:.0f} MB; models {models.pss:.0f} MB (PSS), {models.rss:.0f} MB (RSS)",
        aim=f"<= {MEMORY_AIM_MB} MB",
        met=others.pss <= MEMORY_AIM_MB,
    )
    return Measured([row], raw)
