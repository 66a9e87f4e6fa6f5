"""A test run as JUnit XML, which every CI server reads: fails are failures, errors are errors."""

from datetime import datetime
from xml.etree import ElementTree as ET

from contracts.rpc.evaluation import CaseResult, RunResults
from services.gateway.domain.plain_text import without_controls

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
MAX_NAME = 200
"""Characters of a question in the name of its case."""


def run_as_junit(run: RunResults) -> str:
    """One suite. Before the end it has the cases so far; its property `pending` counts the others."""
    counts = {
        "tests": str(len(run.results)),
        "failures": str(_count(run, "fail")),
        "errors": str(_count(run, "error")),
        "skipped": "0",
        "time": _seconds(sum(each.latency_ms or 0.0 for each in run.results)),
    }
    root = ET.Element("testsuites", {"name": "parlance", **counts})
    about = {"name": _suite_name(run), "timestamp": _instant(run.run.created_at)}
    suite = ET.SubElement(root, "testsuite", {**about, **counts})
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(run).items():
        ET.SubElement(properties, "property", name=name, value=without_controls(value))
    for result in run.results:
        _add_case(suite, result)
    ET.indent(root)
    return f"{DECLARATION}\n{ET.tostring(root, encoding='unicode')}\n"


def _suite_name(run: RunResults) -> str:
    of = f"assistant {run.run.assistant_uuid}"
    return f"{of}, {run.run.mode} suite" if run.run.mode else of


def _properties(run: RunResults) -> dict[str, str]:
    about, summary = run.run, run.run.summary
    told = {
        "run_id": str(about.run_id),
        "assistant_uuid": str(about.assistant_uuid),
        "status": about.status,
        "pending": str(summary.pending),
        "model": about.model,
        "configuration_hash": about.configuration_hash,
    }
    if run.snapshot and run.snapshot.knowledge_base_version:
        told["knowledge_base_version"] = run.snapshot.knowledge_base_version
    if summary.score is not None:
        told["score"] = f"{summary.score:.4f}"
    return told | {name: f"{metric.mean:.4f}" for name, metric in summary.metrics.items()}


def _add_case(suite: ET.Element, result: CaseResult) -> None:
    name = " ".join(without_controls(result.question).split())
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"parlance.{_class_name(result.category)}",
        name=f"{result.idx + 1}. {name[:MAX_NAME]}",
        time=_seconds(result.latency_ms or 0.0),
    )
    if result.verification == "pass":
        return
    tag = "failure" if result.verification == "fail" else "error"
    found = ET.SubElement(
        case, tag, message=without_controls(result.verification_result), type=result.verification
    )
    found.text = without_controls(
        f"Question: {result.question}\nExpected: {result.expected}\nAnswer: {result.agent}\n"
    )


def _class_name(category: str) -> str:
    """CI servers take dots for packages, and need some name."""
    return without_controls(category).strip().replace(".", "_").replace(" ", "_") or "cases"


def _count(run: RunResults, verification: str) -> int:
    return sum(each.verification == verification for each in run.results)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"


def _instant(moment: datetime) -> str:
    """As the schema of JUnit has it: no zone, UTC."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")
