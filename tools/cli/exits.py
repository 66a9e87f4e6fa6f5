"""What a run comes to, as an exit status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PASSED, BELOW, UNUSABLE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130


class CannotRun(Exception):
    """Nothing was measured; the message says why and what to do. Exit status UNUSABLE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """fail_under: the least score, 0 to 1; None: every case with a verdict has to pass."""

    fail_under: float | None = None
    allows_errors: bool = False


def outcome(
    run: Mapping[str, Any], demand: Demand, *, comparison: Mapping[str, Any] | None = None
) -> tuple[int, str]:
    """The status and its reason. What is known to be bad counts before what is not known.

    The score is the mean over the cases with a verdict; errors are none. Worse than the run it is
    compared with, by more than noise, is bad too.
    """
    summary = run["summary"]
    if reason := _below(summary, demand) or _worse(comparison):
        return BELOW, reason
    if summary["score"] is None:
        return UNDECIDED, "no case has a verdict"
    if not run["finished"] or run["status"] != "finished":
        return UNDECIDED, f"{summary['pending']} of {summary['total']} cases have no result"
    if summary["errors"] and not demand.allows_errors:
        return UNDECIDED, f"{summary['errors']} of {summary['total']} cases could not be judged"
    return PASSED, "passed"


def _below(summary: Mapping[str, Any], demand: Demand) -> str:
    score = summary["score"]
    if demand.fail_under is None:
        return f"{summary['failed']} cases failed" if summary["failed"] else ""
    if score is None or score >= demand.fail_under:
        return ""
    return f"the score {score:.3f} is below {demand.fail_under:g}"


def _worse(comparison: Mapping[str, Any] | None) -> str:
    differences = [(comparison or {}).get(name) for name in ("pass_rate", "score")]
    is_worse = any(
        each and each["is_significant"] and each["difference"] < 0 for each in differences
    )
    return "worse than the run it was compared with" if comparison and is_worse else ""
