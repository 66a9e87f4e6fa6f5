"""Which parts a run consists of."""

import pytest

from local.part import Group, Part
from local.plan import UnknownPartError, select_parts, without_missing
from local.processes import MIGRATIONS, SERVICES


def part(name: str, group: Group = "services", after: tuple[str, ...] = ()) -> Part:
    return Part(name=name, group=group, command=("true",), environment={}, after=after)


_PARTS = [
    part("postgres", "infrastructure"),
    part("databases", "infrastructure", ("postgres",)),
    part("milvus", "infrastructure"),
    part("auth-migrate", "migrations", ("databases",)),
    part("auth-rpc", "services", ("auth-migrate",)),
    part("search", "services", ("milvus",)),
]


def names(parts: list[Part]) -> list[str]:
    return [each.name for each in parts]


def test_nothing_named_means_everything() -> None:
    assert names(select_parts(_PARTS, [])) == names(_PARTS)


def test_a_named_part_brings_what_it_needs() -> None:
    assert names(select_parts(_PARTS, ["auth-rpc"])) == [
        "postgres",
        "databases",
        "auth-migrate",
        "auth-rpc",
    ]


def test_a_group_stands_for_its_parts() -> None:
    assert names(select_parts(_PARTS, ["infrastructure"])) == ["postgres", "databases", "milvus"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownPartError, match="no part is called kafka"):
        select_parts(_PARTS, ["auth-rpc", "kafka"])


def test_nobody_waits_for_a_part_that_is_replaced() -> None:
    kept = without_missing([each for each in _PARTS if each.name != "milvus"])
    assert [each.after for each in kept if each.name == "search"] == [()]


def test_services_wait_only_for_parts_that_exist() -> None:
    known = {"rabbitmq", "databases", "bucket", "milvus", "models"}
    known |= {process.name for process in MIGRATIONS}
    assert all(set(process.after) <= known for process in (*MIGRATIONS, *SERVICES))
