"""Which parts one run consists of, in an order in which each comes after what it needs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from local import milvus, postgres, processes, rabbitmq, seaweedfs
from local.credentials import DATABASES, load_or_create
from local.environment import (
    database_variable,
    is_external,
    local_environment,
    merged_environment,
)
from local.layout import HOST, Layout, process_environment
from local.part import Part

GROUPS = ("infrastructure", "models", "migrations", "services")


class UnknownPartError(Exception):
    """`--only` names a part that does not exist."""


@dataclass(frozen=True)
class Plan:
    """The parts to run, the variables that lead to them, and the parts replaced by the user's."""

    parts: tuple[Part, ...]
    environment: Mapping[str, str]
    replaced: Mapping[str, str]


def make_plan(layout: Layout, only: Sequence[str] = ()) -> Plan:
    """Build every part, drop those the user replaced and those `only` does not need.

    `only` holds names of parts or groups; what they need comes along. Empty means everything.
    """
    own = process_environment()
    secrets = load_or_create(layout.data)
    local = local_environment(layout, secrets)
    merged = merged_environment(local, own)
    children = {**own, **merged}
    external = {name for name in local if is_external(local, own, name)}
    databases = [name for name in DATABASES if database_variable(name) not in external]
    parts = [
        *(rabbitmq.parts(layout, secrets) if "PARLANCE_AMQP_URL" not in external else ()),
        *(_database_parts(layout, secrets, children, databases) if databases else ()),
        seaweedfs.part(layout, secrets),
        _bucket(children),
        milvus.part(layout),
        processes.models(layout, children),
        *processes.migrations(children),
        *processes.services(layout, children),
    ]
    replaced = {part.name: part.replaced_by for part in parts if part.replaced_by in external}
    kept = [part for part in parts if part.name not in replaced]
    return Plan(tuple(select_parts(without_missing(kept), only)), merged, replaced)


def _bucket(environment: Mapping[str, str]) -> Part:
    return Part(
        name="bucket",
        group="infrastructure",
        command=(sys.executable, "-m", "local.create_bucket"),
        environment=environment,
        after=("s3",),
        replaced_by="PARLANCE_S3_ENDPOINT_URL",
    )


def _database_parts(
    layout: Layout,
    secrets: Mapping[str, str],
    environment: Mapping[str, str],
    databases: Sequence[str],
) -> list[Part]:
    address = f"{HOST}:{layout.port('postgres')}"
    administrator = f"postgresql://parlance:{secrets['postgres']}@{address}/postgres"
    return [
        postgres.part(layout, secrets),
        Part(
            name="databases",
            group="infrastructure",
            command=(sys.executable, "-m", "local.create_databases", *databases),
            environment={**environment, "PARLANCE_LOCAL_ADMINISTRATOR_URL": administrator},
            after=("postgres",),
        ),
    ]


def without_missing(parts: Sequence[Part]) -> list[Part]:
    """Parts that wait for one the user replaced do not wait for it."""
    names = {part.name for part in parts}
    return [
        replace(part, after=tuple(name for name in part.after if name in names)) for part in parts
    ]


def select_parts(parts: Sequence[Part], only: Sequence[str]) -> list[Part]:
    """The parts that `only` names, by name or group, and what they need; all when it is empty."""
    if not only:
        return list(parts)
    by_name = {part.name: part for part in parts}
    unknown = [name for name in only if name not in by_name and name not in GROUPS]
    if unknown:
        known = ", ".join([*GROUPS, *by_name])
        raise UnknownPartError(f"no part is called {', '.join(unknown)}; there are {known}")
    needed: set[str] = set()
    waiting = [part.name for part in parts if part.name in only or part.group in only]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += by_name[name].after
    return [part for part in parts if part.name in needed]
