"""Nobody's public shape changes unseen: events and the OpenAPI document are held against their snapshots."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from tests.contract import snapshots

REMEDY = "if that is meant, run `.venv/bin/python -m tests.contract.snapshots` and commit the diff"


@pytest.mark.parametrize("path", sorted(snapshots.current()), ids=lambda path: path.name)
def test_a_public_shape_equals_its_snapshot(path: Path) -> None:
    assert path.exists(), f"{path.name} has no snapshot: {REMEDY}"
    assert path.read_text() == snapshots.current()[path], f"{path.name} changed: {REMEDY}"


def test_no_event_vanishes_while_somebody_may_listen() -> None:
    kept = {path.stem for path in snapshots.EVENTS.glob("*.json")}
    assert kept == {kind.TYPE for kind in snapshots.all_events()}


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a consumer of the old schema would miss in the new one, or the other way round."""
    gone = [name for name in old["properties"] if name not in new["properties"]]
    retyped = [
        name
        for name, shape in old["properties"].items()
        if name in new["properties"]
        and {k: v for k, v in shape.items() if k in {"type", "format", "anyOf", "$ref"}}
        != {
            k: v
            for k, v in new["properties"][name].items()
            if k in {"type", "format", "anyOf", "$ref"}
        }
    ]
    demanded = sorted(set(new.get("required", [])) - set(old.get("required", [])))
    return [*gone, *retyped, *demanded]


@pytest.mark.parametrize("kind", snapshots.all_events(), ids=lambda kind: kind.TYPE)
def test_an_event_only_grows_by_optional_fields(kind: Any) -> None:
    old = json.loads((snapshots.EVENTS / f"{kind.TYPE}.json").read_text())
    assert breaks(old, kind.model_json_schema()) == []


def test_a_breaking_change_of_an_event_is_found() -> None:
    kind = snapshots.all_events()[0]
    old = kind.model_json_schema()
    demanding = create_model("Demanding", __base__=kind, colour=(str, ...)).model_json_schema()
    retyped = create_model("Retyped", __base__=kind, user_id=(str, ...)).model_json_schema()

    assert breaks(old, demanding) == ["colour"]
    assert breaks(old, retyped) == ["user_id"]
    assert breaks(demanding, old) == ["colour"]
