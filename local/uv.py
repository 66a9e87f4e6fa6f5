"""Find uv, the installer of Python packages, or install the pinned one without touching Python."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.debian import download
from local.install import SetupError, run
from local.layout import REPOSITORY, TOOLS

_REQUIREMENTS = REPOSITORY / "local" / "uv-requirements.txt"
_OWN_UV = "install uv yourself so that `uv --version` works"
_RETRY = (
    "check the network (a proxy: HTTPS_PROXY, own certificates: PIP_CERT), then run the command "
    f"again; or {_OWN_UV}"
)


def find_uv() -> Path:
    """One on the PATH that is new enough for the lock file, else the pinned one in .data/tools."""
    wanted = _version(_REQUIREMENTS.read_text())
    pinned = TOOLS / "uv" / "bin" / "uv"
    on_path = shutil.which("uv")
    if on_path and _version(_said_by(on_path)) >= wanted:
        return Path(on_path)
    if not (pinned.exists() and _version(_said_by(str(pinned))) >= wanted):
        _install(pinned.parent.parent)
    return pinned


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    words = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    words += ["--only-binary", ":all:", "--target", str(folder), "-r", str(_REQUIREMENTS)]
    run("uv, which installs the rest", [*_pip(), *words], _RETRY)


def _pip() -> list[str]:
    """A way to run pip: Debian's python3 comes without one, but its wheel is a package."""
    if _works([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    wheel = _bundled_wheel() or _debian_wheel()
    return [sys.executable, f"{wheel}/pip"]


def _bundled_wheel() -> Path | None:
    """The pip that Python's own ensurepip or Debian's python3-pip-whl carries."""
    standard = Path(os.__file__).parent / "ensurepip" / "_bundled"
    for folder in (standard, Path("/usr/share/python-wheels"), TOOLS / "pip"):
        found = sorted(folder.glob("pip-*.whl"))
        if found:
            return found[-1]
    return None


def _debian_wheel() -> Path:
    """Fetch Debian's python3-pip-whl and take the wheel out of it; needs no root."""
    if shutil.which("apt-get") is None:
        raise SetupError("Python has no pip and this system has no apt-get", _RETRY)
    download(["python3-pip-whl"], into=TOOLS / "pip-package", otherwise=_OWN_UV)
    found = sorted((TOOLS / "pip-package").glob("usr/share/python-wheels/pip-*.whl"))
    if not found:
        raise SetupError("Debian's python3-pip-whl holds no pip", _RETRY)
    (TOOLS / "pip").mkdir(exist_ok=True)
    wheel = found[-1].rename(TOOLS / "pip" / found[-1].name)
    shutil.rmtree(TOOLS / "pip-package")
    return wheel


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _said_by(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout


def _version(text: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in found.groups()) if found else (0,)
