"""Run one installing command, say what it is for, and explain its failure."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class SetupError(Exception):
    """A step of the installation failed; the message says what happened and what to do."""

    def __init__(self, happened: str, remedy: str) -> None:
        super().__init__(f"{happened}\n  what to do: {remedy}")


def run(
    purpose: str,
    command: Sequence[str],
    remedy: str,
    *,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
    shown: bool = False,
) -> None:
    """Run to the end, one line of progress; raises SetupError with the command's last words.

    `shown` lets the command speak for itself, for those that have progress of their own.
    """
    print(f"  installing: {purpose} ...", end="\n" if shown else "", flush=True)
    begun = time.monotonic()
    environment = {**os.environ, **(variables or {})}  # noqa: TID251 - passed on to the command
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=folder,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else subprocess.PIPE,
            stderr=None if shown else subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as error:
        raise SetupError(f"there is no program {error.filename}", remedy) from error
    if not shown:
        print(f" {time.monotonic() - begun:.1f} s", flush=True)
    if done.returncode != 0:
        last = "\n".join((done.stdout or "").splitlines()[-15:])
        if last:
            print(last, file=sys.stderr)
        shortened = " ".join(word for word in command if not word.startswith("-o"))[:200]
        raise SetupError(f"{purpose}: `{shortened}` ended with {done.returncode}", remedy)
