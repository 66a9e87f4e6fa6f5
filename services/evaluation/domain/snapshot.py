"""What a run was made with, and whether two runs were made with the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.rpc.evaluation import TestCase

WITHOUT_EFFECT = frozenset(
    {"id", "assistant_uuid", "assistant_name", "archived_at", "created_at", "updated_at"}
    | {"stream_responses"}
)
"""Fields of a configuration that no answer of a test depends on."""


def configuration_hash(configuration: Mapping[str, Any], *, final_prompt: str, model: str) -> str:
    """Of what answers depend on; the knowledge base's content has a version of its own."""
    effective = {
        name: value
        for name, value in configuration.items()
        if name not in WITHOUT_EFFECT and name != "model_name"
    }
    return _digest({"fields": effective, "prompt": final_prompt, "model": model})


def cases_hash(cases: Sequence[TestCase]) -> str:
    """Of the cases as they are asked and held against."""
    return _digest([case.to_wire() for case in cases])


def changed_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Names of fields that differ and matter, sorted."""
    names = (one.keys() | other.keys()) - WITHOUT_EFFECT
    return sorted(name for name in names if one.get(name) != other.get(name))


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
