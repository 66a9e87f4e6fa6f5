"""A test run of 52 cases, next to the time that the model alone needs for its answers.

The chat model is a script with a fixed time per answer and a fixed number of answers at a time, as
hosted ones are; questions and answers are embedded by the real local model. For this the product
is started a second time, beside the first, whose model server does the embedding.
"""

import math
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.layout import HOST
from local.stack import Stack
from tools.bench.ground import Ground
from tools.bench.processes import CpuMeter
from tools.bench.table import Measured, Row
from tools.client import Client
from tools.demo import DOCUMENT
from tools.scripted_models import ScriptedModels, quote

AIM = 0.9
ASKED_EVERY_S = 1.0  # asking more often takes from the cores
AT_ONCE = 4
"""Answers of the model at a time."""
PORTS_APART = 200
QUESTIONS = (
    ("How long may a drill be kept?", "Tools from the tool wall are lent for three days only."),
    ("What does a household pay a year?", "Households pay 30 crowns a year."),
    ("How many seats has the reading room?", "The reading room on the first floor has 34 seats."),
    ("When was the flood?", "Volumes 87 to 91 were damaged by the flood of February 1962."),
)


def measure(ground: Ground) -> Measured:
    """The same cases with each time per answer."""
    models = ScriptedModels(
        behind=ground.variable("MODELS_URL"),
        key=ground.variable("MODELS_API_KEY"),
        answer=quote,
        at_once=AT_ONCE,
    )
    layout = ground.stack.layout
    measured = Measured()
    with models, tempfile.TemporaryDirectory(prefix="parlance-bench-") as folder:
        stack = Stack(
            Path(folder) / "data",
            base_port=layout.base_port + PORTS_APART,
            http_port=layout.http_port + PORTS_APART,
            variables={"PARLANCE_MODELS_URL": models.url},
        )
        with stack, Client(f"http://{HOST}:{stack.layout.http_port}") as client:
            client.sign_up(f"bench-{uuid4().hex[:8]}", uuid4().hex)
            assistant = _assistant(client)
            _run(client, assistant, cases=AT_ONCE)
            for latency_s in ground.sizes.answer_seconds:
                models.latency_s = latency_s
                models.worked.clear()
                meter = CpuMeter(stack)
                seconds, run = _run(client, assistant, cases=ground.sizes.cases)
                row, raw = _told(seconds, run, models)
                measured.rows.append(row)
                measured.raw[f"{latency_s:g} s"] = {**raw, "cpu_s": meter.read()}
    return measured


def _assistant(client: Client) -> str:
    base = str(client.create_knowledge_base("Handbook")["uuid"])
    client.upload_file(base, DOCUMENT)
    assistant = client.save_assistant(agent_name="Robin", model_name="scripted")
    client.set_knowledge_base(assistant, base)
    client.wait_for_task(client.index(kb_id=base))
    return assistant


def _run(client: Client, assistant: str, *, cases: int) -> tuple[float, dict[str, Any]]:
    """Seconds from the start to the end, as the service dates it, and the run."""
    suite = [
        {"question": f"{question} ({number})", "ideal_answer": answer, "category": "bench"}
        for number in range(cases)
        for question, answer in [QUESTIONS[number % len(QUESTIONS)]]
    ]
    run_id = client.start_test_suite(assistant, suite)
    run = client.wait_for_test_run(run_id, within_s=600, every_s=ASKED_EVERY_S)
    summary = run["summary"]
    if run["status"] != "finished" or summary["errors"]:
        raise RuntimeError(f"the run did not end as it should: {summary}")
    began, ended = (datetime.fromisoformat(run[name]) for name in ("created_at", "finished_at"))
    return (ended - began).total_seconds(), run


def _told(
    seconds: float, run: dict[str, Any], models: ScriptedModels
) -> tuple[Row, dict[str, Any]]:
    cases = run["summary"]["total"]
    ideal = math.ceil(cases / AT_ONCE) * models.latency_s
    share = ideal / seconds
    row = Row(
        what=f"Test run, {cases} cases, {models.latency_s:g} s per answer, {AT_ONCE} at a time",
        ours=f"{seconds:.1f} s",
        reference=f"the model alone {ideal:.1f} s",
        compared=f"{share:.0%}",
        aim=f">= {AIM:.0%}",
        met=share >= AIM,
    )
    raw = {
        "seconds": seconds,
        "ideal_s": ideal,
        "answers": len(models.worked),
        "model_busy_s": _covered(models.worked),
        "latency_ms": run["summary"]["latency_ms"],
    }
    return row, raw


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds in which the model worked on at least one answer."""
    covered, until = 0.0, -math.inf
    for began, ended in sorted(spans):
        covered += max(ended - max(began, until), 0.0)
        until = max(until, ended)
    return covered
