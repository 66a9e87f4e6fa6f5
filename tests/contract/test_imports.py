"""The rooms and layers of pyproject's import contracts, run as a test."""

import contextlib
import io
from pathlib import Path

from importlinter import cli

PYPROJECT = str(Path(__file__).parents[2] / "pyproject.toml")


def test_every_import_contract_is_kept() -> None:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        status = cli.lint_imports(config_filename=PYPROJECT, no_cache=True)
    assert status == cli.EXIT_STATUS_SUCCESS, told.getvalue()
