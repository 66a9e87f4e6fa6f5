"""What people read: a line per case, the summary, the comparison."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH = 100
MAX_LISTED = 10
Told = Mapping[str, Any]


def one_line(text: str, width: int = WIDTH) -> str:
    """Without line ends and whatever else moves a terminal's cursor, at most `width` characters."""
    plain = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    joined = " ".join(plain.split())
    return joined if len(joined) <= width else f"{joined[: width - 3]}..."


def progress(result: Told, done: int, total: int) -> str:
    """One finished case."""
    score = "     " if result["score"] is None else f"{result['score']:5.2f}"
    seconds = "" if result["latency_ms"] is None else f" {result['latency_ms'] / 1000:6.1f} s"
    head = f"[{done}/{total}] {result['verification']:<5} {score}{seconds}"
    return f"{head}  {one_line(result['question'], WIDTH - len(head) - 2)}"


def summary(run: Told, results: Iterable[Told]) -> str:
    """Counts and scores; below them what failed and, apart, what could not be judged."""
    counted = run["summary"]
    counts = f"{counted['passed']} passed, {counted['failed']} failed, {counted['errors']} errors"
    about = f"{counted['total']} cases; model {run['model']}; run {run['run_id']}"
    lines = [f"{counts}, {about}", *_table(counted)]
    cases = list(results)
    lines += _listed("failed", [each for each in cases if each["verification"] == "fail"])
    lines += _listed("could not be judged", [e for e in cases if e["verification"] == "error"])
    return "\n".join(lines)


def comparison(compared: Told) -> str:
    """The verdict, then the numbers, then the cases that changed sides."""
    numbers = {
        name: each for name in ("pass_rate", "score") if (each := compared[name]) is not None
    } | dict(compared["metrics"])
    rows = [
        (
            name,
            f"{each['base']:.3f} -> {each['other']:.3f}",
            f"{each['difference']:+.3f}",
            f"{each['low']:+.3f} to {each['high']:+.3f}",
            f"{_chance(each['p_value'])}{' *' if each['is_significant'] else ''}",
        )
        for name, each in numbers.items()
    ]
    lines = [f"against run {compared['base']['run_id']}: {compared['verdict']}", *_aligned(rows)]
    if compared["changed_fields"]:
        lines.append(f"  configuration: {', '.join(compared['changed_fields'])} changed")
    for what in ("broken", "fixed"):
        lines += _listed(what, [{**each, "verification_result": ""} for each in compared[what]])
    return "\n".join(lines)


def _table(counted: Told) -> list[str]:
    rows = []
    if counted["score"] is not None:
        within = counted["score_interval"]
        rows.append(("score", f"{counted['score']:.3f}", _interval(within)))
    named = {"pass rate": counted["pass_rate"], **counted["metrics"]}
    rows += [(name, f"{e['mean']:.3f}", _interval(e)) for name, e in named.items() if e]
    if latency := counted["latency_ms"]:
        p50, p95 = latency["p50"] / 1000, latency["p95"] / 1000
        rows.append(("latency", f"{p50:.2f} s", f"p95 {p95:.2f} s"))
    tokens = counted["tokens"]
    rows.append(("tokens", f"{tokens['input']} in", f"{tokens['output']} out"))
    return _aligned(rows)


def _chance(p_value: float) -> str:
    return f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"


def _interval(interval: Told | None) -> str:
    if interval is None:
        return ""
    return f"95 % {interval['low']:.3f} to {interval['high']:.3f} (n = {interval['n']})"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _listed(what: str, cases: list[Told]) -> list[str]:
    if not cases:
        return []
    lines = [f"{len(cases)} {what}:"]
    for each in cases[:MAX_LISTED]:
        lines.append(f"  {one_line(each['question'], WIDTH - 2)}")
        if each["verification_result"]:
            lines.append(f"      {one_line(each['verification_result'], WIDTH - 6)}")
    if len(cases) > MAX_LISTED:
        lines.append(f"  ... and {len(cases) - MAX_LISTED} more")
    return lines
