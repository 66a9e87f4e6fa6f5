"""Install what the local run needs, on a machine that may have nothing but Python 3.11.

Only the standard library; what is already there costs no time.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from local.debian import install_rabbitmq
from local.install import SetupError, run
from local.layout import REPOSITORY
from local.rabbitmq import find_scripts
from local.uv import find_uv

VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"


def setup() -> None:
    """Every step in order; each is skipped when its result is there and fresh."""
    _unless_fresh(VENV / ".synced", _digest("uv.lock", "pyproject.toml"), _sync)
    if find_scripts() is None and not os.environ.get("PARLANCE_AMQP_URL"):  # noqa: TID251
        install_rabbitmq()
    protos = sorted(str(path) for path in Path("protos").rglob("*.proto"))
    _unless_fresh(VENV / ".protos", _digest("uv.lock", *protos), _generate)
    lock = Path("services/models/weights.lock.json")
    if lock.exists():
        _unless_fresh(REPOSITORY / ".weights" / ".fetched", _digest(str(lock)), _fetch_weights)


def _unless_fresh(stamp: Path, digest: str, step: Callable[[], None]) -> None:
    """Run the step unless the stamp says that it ran on the same input."""
    if stamp.exists() and stamp.read_text() == digest:
        return
    step()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest)


def _digest(*names: str) -> str:
    content = hashlib.sha256()
    for name in names:
        content.update(name.encode() + Path(name).read_bytes())
    return content.hexdigest()


def _sync() -> None:
    run(
        "Python packages from uv.lock into .venv",
        [str(find_uv()), "sync", "--frozen", "--python", sys.executable],
        "check the network and the disk; behind a proxy set HTTPS_PROXY, for own certificates "
        "SSL_CERT_FILE; then run the command again, it continues",
        variables={"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_LINK_MODE": "copy"},
    )


def _generate() -> None:
    run(
        "Python code from protos/",
        [str(PYTHON), "-m", "local.protos"],
        "the message above names the file and line",
    )


def _fetch_weights() -> None:
    run(
        "model weights into .weights",
        [str(PYTHON), "-m", "services.models", "fetch"],
        "check the network, then run the command again; or set PARLANCE_MODELS_URL to a server "
        "that speaks Cohere's v2 API",
        shown=True,
    )


def main(words: Sequence[str]) -> int:
    """Set up; for `run` go on as the launcher, in this same process."""
    os.chdir(REPOSITORY)
    try:
        setup()
    except SetupError as error:
        print(f"\nparlance: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the same command continues", file=sys.stderr)
        return 130
    if words == ["run"]:
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), "-m", "local", "up"])  # noqa: S606 - becomes it
    return 0
