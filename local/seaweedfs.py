"""A private S3 server: SeaweedFS on loopback, its memory bounded, its telemetry off."""

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from local import probes
from local.credentials import write_private
from local.layout import HOST, Layout, process_environment
from local.part import Part


class ForeignSocketError(Exception):
    """Another user's SeaweedFS left a socket where ours must be."""


def part(layout: Layout, secrets: Mapping[str, str]) -> Part:
    """The S3 server of one data folder."""
    folder = layout.folder("s3")
    return Part(
        name="s3",
        group="infrastructure",
        command=(str(Path(sys.prefix) / "bin" / "weed"), *_arguments(layout)),
        environment={
            **process_environment(),
            "GOMEMLIMIT": "192MiB",
            "GOGC": "50",
        },
        folder=folder,
        ready=probes.http(layout.port("s3"), "/healthz"),
        prepare=partial(_prepare, layout, folder, secrets),
        port=layout.port("s3"),
        ports=(*layout.seaweed_ports(), *layout.seaweed_grpc_ports()),
        replaced_by="PARLANCE_S3_ENDPOINT_URL",
    )


def _arguments(layout: Layout) -> list[str]:
    """Relative paths: a socket's path may have no more than 107 characters."""
    listeners = {"s3": "s3", **{name: f"s3-{name}" for name in _SERVERS}}
    return [
        *("-logtostderr=true", "mini", "-dir=.", f"-ip={HOST}", f"-ip.bind={HOST}"),
        *(f"-{name}.port={layout.port(listener)}" for name, listener in listeners.items()),
        *("-s3.config=identities.json", "-filer.localSocket=f.sock", "-s3.localSocket=s.sock"),
        *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *("-s3.iam=false", "-master.telemetry=false"),
    ]


_SERVERS = ("master", "volume", "filer", "admin")


def _prepare(layout: Layout, folder: Path, secrets: Mapping[str, str]) -> None:
    _remove_old_sockets(layout)
    _write_identities(folder, secrets)


def _remove_old_sockets(layout: Layout) -> None:
    """SeaweedFS puts gRPC sockets into /tmp, whatever TMPDIR says; a killed one leaves them.

    It removes old ones itself, but with those of another user it would wait for ever.
    """
    for listener, port in zip(("s3", *_SERVERS), layout.seaweed_grpc_ports(), strict=True):
        socket = Path(f"/tmp/seaweedfs-{listener}-grpc-{port}.sock")  # noqa: S108 - its choice
        try:
            socket.unlink(missing_ok=True)
        except PermissionError as error:
            raise ForeignSocketError(
                f"{socket} was left by another user's run: remove it, or set PARLANCE_BASE_PORT"
            ) from error


def _write_identities(folder: Path, secrets: Mapping[str, str]) -> None:
    credentials = {"accessKey": secrets["s3_access_key"], "secretKey": secrets["s3_secret_key"]}
    identity = {
        "name": "parlance",
        "credentials": [credentials],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_private(folder / "identities.json", json.dumps({"identities": [identity]}))
