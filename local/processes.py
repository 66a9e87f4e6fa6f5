"""The table of Parlance's own processes: what runs, and after what."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from local import probes
from local.layout import Layout
from local.part import Part


@dataclass(frozen=True)
class Process:
    """`python -m services.<service> <kind>`; it starts when all of `after` are ready."""

    service: str
    kind: str
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the part: knowledge-worker."""
        return f"{self.service}-{self.kind}"


_BUS = ("rabbitmq",)
_FILES = ("bucket",)
_VECTORS = ("milvus",)
_MODELS = ("models",)

MIGRATIONS = (
    Process("auth", "migrate", ("databases",)),
    Process("assistants", "migrate", ("databases",)),
    Process("knowledge", "migrate", ("databases",)),
    Process("evaluation", "migrate", ("databases",)),
)
SERVICES = (
    Process("auth", "rpc", (*_BUS, "auth-migrate")),
    Process("assistants", "rpc", (*_BUS, "assistants-migrate")),
    Process("assistants", "chat", (*_MODELS, "assistants-migrate")),
    Process("assistants", "worker", (*_BUS, "assistants-migrate")),
    Process("knowledge", "rpc", (*_BUS, *_FILES, "knowledge-migrate")),
    Process("knowledge", "search", (*_VECTORS, *_MODELS, "knowledge-migrate")),
    Process("knowledge", "worker", (*_BUS, *_FILES, *_VECTORS, *_MODELS, "knowledge-migrate")),
    Process("evaluation", "rpc", (*_BUS, "evaluation-migrate")),
    Process("evaluation", "worker", (*_BUS, *_MODELS, "evaluation-migrate")),
)
GATEWAY_AFTER = _BUS
_SERVICE_GRACE_SECONDS = 8.0


def migrations(environment: Mapping[str, str]) -> list[Part]:
    """One task per database."""
    return [
        Part(
            name=process.name,
            group="migrations",
            command=_command(process.service, process.kind),
            environment=environment,
            after=process.after,
        )
        for process in MIGRATIONS
    ]


def models(layout: Layout, environment: Mapping[str, str]) -> Part:
    """The model server; a MODELS_URL of the user's takes its place."""
    port = layout.port("models")
    return Part(
        name="models",
        group="models",
        command=_command("models", "serve"),
        environment=environment,
        ready=probes.http(port, "/readyz"),
        alive=probes.http(port, "/healthz"),
        port=port,
        ports=(port,),
        replaced_by="PARLANCE_MODELS_URL",
    )


def services(layout: Layout, environment: Mapping[str, str]) -> list[Part]:
    """Every service process, the gateway last."""
    listeners = layout.named_ports()
    parts = []
    for index, process in enumerate(SERVICES):
        probe = layout.probe_port(index)
        own = (listeners[process.name],) if process.name in listeners else ()
        parts.append(
            Part(
                name=process.name,
                group="services",
                command=_command(process.service, process.kind),
                environment={**environment, "PARLANCE_PROBE_PORT": str(probe)},
                after=process.after,
                ready=probes.http(probe, "/readyz"),
                alive=probes.http(probe, "/healthz"),
                port=own[0] if own else probe,
                ports=(probe, *own),
                grace_seconds=_SERVICE_GRACE_SECONDS,
            )
        )
    return [*parts, _gateway(layout, environment)]


def _gateway(layout: Layout, environment: Mapping[str, str]) -> Part:
    port = layout.http_port
    return Part(
        name="gateway",
        group="services",
        command=_command("gateway", "serve"),
        environment=environment,
        after=GATEWAY_AFTER,
        ready=probes.http(port, "/readyz"),
        alive=probes.http(port, "/healthz"),
        port=port,
        ports=(port,),
        grace_seconds=_SERVICE_GRACE_SECONDS,
    )


def _command(service: str, kind: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"services.{service}", kind)
