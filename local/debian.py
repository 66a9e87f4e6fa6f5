"""RabbitMQ from Debian's packages: installed as root, or unpacked into a folder without."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.install import SetupError, run
from local.layout import TOOLS
from local.rabbitmq import RELOCATED, find_scripts

_ERLANG = (
    "base asn1 crypto eldap ftp inets mnesia os-mon parsetools public-key runtime-tools snmp ssl "
    "syntax-tools tftp tools xmerl"
)
_PACKAGES = (
    "rabbitmq-server",
    "socat",
    "libsctp1",
    *(f"erlang-{name}" for name in _ERLANG.split()),
)
_ELSEWHERE = (
    "install RabbitMQ 3.10 or newer yourself, or set PARLANCE_AMQP_URL to a broker of yours"
)
_NETWORK = "check the network and apt's sources (/etc/apt), then run the command again; or "
_RETRY = _NETWORK + _ELSEWHERE
_POLICY = Path("/usr/sbin/policy-rc.d")


def install_rabbitmq() -> None:
    """Install it with apt as root or by sudo without a password, else unpack it for this user."""
    if shutil.which("apt-get") is None:
        raise SetupError("RabbitMQ is missing and this system has no apt-get", _ELSEWHERE)
    if os.geteuid() == 0:
        _install(())
    elif _may_sudo():
        _install(("sudo", "-n"))
    else:
        _unpack_for_this_user()
    if find_scripts() is None:
        raise SetupError("RabbitMQ's packages hold no rabbitmq-server script", _ELSEWHERE)


def _may_sudo() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def _install(sudo: Sequence[str]) -> None:
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run("Debian's list of packages", [*apt, "update"], _RETRY)
    with _no_system_service(sudo):
        run(
            "RabbitMQ (Debian package rabbitmq-server)",
            [*apt, "install", "-y", "--no-install-recommends", "rabbitmq-server"],
            _RETRY,
        )


@contextmanager
def _no_system_service(sudo: Sequence[str]) -> Iterator[None]:
    """Keep the package from starting the system's own broker, now and at the next boot."""
    made = not _POLICY.exists()
    if made:
        script = "printf '#!/bin/sh\\nexit 101\\n' > $0; chmod 755 $0"
        subprocess.run([*sudo, "sh", "-c", script, str(_POLICY)], check=True)
    try:
        yield
    finally:
        if made:
            subprocess.run([*sudo, "rm", "-f", str(_POLICY)], check=True)
        if shutil.which("systemctl"):
            disable = [*sudo, "systemctl", "disable", "rabbitmq-server.service", "epmd.socket"]
            # Without a running systemd there is nothing to disable, and it says so.
            subprocess.run(disable, capture_output=True, check=False)


def _unpack_for_this_user() -> None:
    """RabbitMQ and Erlang below .data/tools; renamed into place when complete."""
    fresh = RELOCATED.with_suffix(".new")
    download(_PACKAGES, into=fresh, otherwise=_ELSEWHERE)
    _relocate_erlang(fresh)
    shutil.rmtree(RELOCATED, ignore_errors=True)
    fresh.rename(RELOCATED)


def download(packages: Sequence[str], *, into: Path, otherwise: str) -> None:
    """Download Debian packages with apt state of our own and unpack them; needs no root."""
    work = TOOLS / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial", "debs"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State": work / "state",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::State::lists": work / "state/lists",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    apt = ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]
    debs = work / "debs"
    run("Debian's list of packages", [*apt, "update"], _NETWORK + otherwise)
    what = f"Debian packages {packages[0]} ..., for this user only"
    run(what, [*apt, "download", *packages], _NETWORK + otherwise, folder=debs)
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(deb), str(into)], check=True)
    shutil.rmtree(work)


def _relocate_erlang(root: Path) -> None:
    """Debian writes Erlang's folder into its scripts, twice, and ignores ERL_ROOTDIR.

    In a script left alone epmd fails to start, without a word.
    """
    names = ("bin/erl", "bin/start", "bin/start_erl", "erts-*/bin/erl", "erts-*/bin/start")
    erlang = root / "usr/lib/erlang"
    for script in {path.resolve() for name in names for path in erlang.glob(name)}:
        text = script.read_text()
        own = f"ROOTDIR={RELOCATED}/usr/lib/erlang"
        script.write_text(re.sub(r"ROOTDIR=\"?/usr/lib/erlang\"?", own, text))
