"""A private RabbitMQ: own files, own epmd, loopback only, never the system's instance."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from local import probes
from local.credentials import write_private
from local.layout import HOST, TOOLS, Layout
from local.part import Part

RELOCATED = TOOLS / "rabbitmq"


class RabbitMissingError(Exception):
    """RabbitMQ is not installed; `make setup` installs it."""


def find_scripts() -> Path | None:
    """The folder of the rabbitmq-server script: the system's, or the unpacked packages'."""
    for root in (Path("/"), RELOCATED):
        found = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"))
        if found:
            return found[-1]
    return None


def parts(layout: Layout, secrets: Mapping[str, str]) -> list[Part]:
    """epmd (Erlang's name server) and the broker.

    epmd is a part of its own because a broker that finds none starts one that outlives it.
    """
    scripts = find_scripts()
    if scripts is None:
        raise RabbitMissingError("RabbitMQ is not installed: run `make setup`")
    folder = layout.folder("rabbitmq")
    environment = _environment(layout, folder)
    return [
        Part(
            name="epmd",
            group="infrastructure",
            command=("epmd", "-address", HOST, "-port", str(layout.port("epmd"))),
            environment=environment,
            folder=folder,
            ready=probes.tcp(layout.port("epmd")),
            port=layout.port("epmd"),
            ports=(layout.port("epmd"),),
            grace_seconds=1.0,
            replaced_by="PARLANCE_AMQP_URL",
        ),
        Part(
            name="rabbitmq",
            group="infrastructure",
            command=(str(scripts / "rabbitmq-server"),),
            environment=environment,
            folder=folder,
            after=("epmd",),
            ready=probes.amqp(layout.port("rabbitmq")),
            prepare=partial(_write_configuration, layout, folder, secrets),
            port=layout.port("rabbitmq"),
            ports=(layout.port("rabbitmq"), layout.port("rabbitmq-distribution")),
            replaced_by="PARLANCE_AMQP_URL",
        ),
    ]


def _write_configuration(layout: Layout, folder: Path, secrets: Mapping[str, str]) -> None:
    write_private(
        folder / "rabbitmq.conf",
        f"""\
listeners.tcp.default = {HOST}:{layout.port("rabbitmq")}
default_user = parlance
default_pass = {secrets["rabbitmq"]}
log.console = false
log.file.level = info
log.file.rotation.size = 5242880
log.file.rotation.count = 2
heartbeat = 60
max_message_size = 1048576
consumer_timeout = 7200000
disk_free_limit.absolute = 200MB
vm_memory_high_watermark.absolute = 1GB
""",
    )
    (folder / "enabled_plugins").write_text("[].\n")
    cookie = folder / ".erlang.cookie"
    if not cookie.exists():
        write_private(cookie, secrets["erlang_cookie"])
        cookie.chmod(0o400)


def _environment(layout: Layout, folder: Path) -> dict[str, str]:
    return {
        **_search_paths(),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        # Makes the script become the Erlang machine instead of standing in front of it, so that
        # signals, and the kernel's one for the launcher's death, reach the broker itself.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_NODENAME": "parlance@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        # A file that does not exist: otherwise /etc/rabbitmq is read.
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
        "RABBITMQ_NODE_IP_ADDRESS": HOST,
        "RABBITMQ_NODE_PORT": str(layout.port("rabbitmq")),
        "RABBITMQ_DIST_PORT": str(layout.port("rabbitmq-distribution")),
        "ERL_EPMD_PORT": str(layout.port("epmd")),
        "ERL_EPMD_ADDRESS": HOST,
        "ERL_CRASH_DUMP": str(folder / "erl_crash.dump"),
        # Idle schedulers sleep at once instead of spinning: the machine is shared.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} "
            "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
        ),
    }


def _search_paths() -> dict[str, str]:
    system = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    erlang = RELOCATED / "usr/lib/erlang/bin"
    if not erlang.exists():
        return {"PATH": system}
    libraries = ":".join(str(path) for path in RELOCATED.glob("usr/lib/*-linux-gnu*"))
    return {"PATH": f"{erlang}:{RELOCATED}/usr/bin:{system}", "LD_LIBRARY_PATH": libraries}
