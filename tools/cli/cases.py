"""What a run asks: the stored suite, one made for it, or a file."""

import argparse
import json
from pathlib import Path
from typing import Any

from tools.cli.exits import CannotRun
from tools.client import Client


def suite_for(client: Client, arguments: argparse.Namespace) -> Any:
    """A suite, or a list of cases. Raises CannotRun where there is none."""
    if arguments.cases:
        return read_json(arguments.cases)
    assistant, mode = str(arguments.assistant), arguments.suite
    suite = client.test_suite(assistant, mode)
    if not suite["test_cases"] and arguments.generate:
        suite = client.generate_test_suite(
            assistant, mode, use_ai=arguments.use_ai, seed=arguments.seed
        )
    if not suite["test_cases"]:
        notes = " ".join((suite.get("generation") or {}).get("notes", []))
        raise CannotRun(f"no cases were made. {notes}" if notes else f"no {mode} suite: {HINT}")
    return suite


HINT = "make one with --generate, or pass --cases FILE"


def read_json(path: Path) -> Any:
    """Raises CannotRun where the file cannot be read, or is no JSON."""
    try:
        return json.loads(path.read_bytes(), parse_constant=_refuse)
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise CannotRun(f"{path} is no JSON: {error}") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
