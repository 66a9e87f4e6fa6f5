"""A user's tool: with its secrets inside the service, without them for everybody else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.tools import MASK, UserTool, UserToolFields

SEALED = ("auth_credentials", "headers", "query_parameters_json")
"""The fields that may hold secrets."""
ANOTHER_PLACE = "Give the secrets anew: they were given for another host."
NOTHING_STORED = f'"{MASK}" stands for what is stored, and nothing is stored for "{{name}}".'
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SECRET_WORDS = frozenset([
    "auth", "authorization", "authentication", "cookie", "credential", "credentials", "key",
    "keys", "apikey", "password", "passwd", "pwd", "secret", "signature", "session", "token",
    "tokens",
])  # fmt: skip
_UNSAYABLE = re.compile(r"[^a-zA-Z0-9]+")
LONGEST_FUNCTION_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTool:
    """As it is stored; `fields` are complete, and in clear."""

    id: int
    uuid: UUID
    user_id: int
    fields: UserToolFields
    created_at: datetime
    updated_at: datetime

    @property
    def function_name(self) -> str:
        """What a model may call it: [a-zA-Z0-9_]{1,64}."""
        name = _UNSAYABLE.sub("_", self.fields.name).strip("_").lower()
        return name[:LONGEST_FUNCTION_NAME].rstrip("_") or f"tool_{self.id}"

    def shown(self) -> UserTool:
        """With its secrets masked."""
        values = {name: getattr(self.fields, name) for name in UserToolFields.model_fields}
        values |= {name: masked(name, values[name]) for name in SEALED}
        return UserTool(
            id=self.id,
            uuid=self.uuid,
            user=self.user_id,
            function_name=self.function_name,
            created_at=self.created_at,
            updated_at=self.updated_at,
            **values,
        )


def function_names(tools: list[OwnTool]) -> dict[int, str]:
    """By id; the older one keeps a name that two have, the younger one's gets its id behind it."""
    names: dict[int, str] = {}
    for tool in sorted(tools, key=lambda each: each.id):
        name = tool.function_name
        if name in names.values():
            name = f"{name[: LONGEST_FUNCTION_NAME - 20]}_{tool.id}"
        names[tool.id] = name
    return names


def is_secret(field: str, name: str) -> bool:
    """Whether the value that `field` has under `name` is one."""
    if field == "auth_credentials":
        return name != "name"  # of a header
    words = {word.lower() for word in _WORDS.findall(name)}
    return bool(words & _SECRET_WORDS)


def masked(field: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as others may see them."""
    return {name: MASK if is_secret(field, name) else value for name, value in values.items()}


def merged(stored: UserToolFields | None, sent: UserToolFields) -> UserToolFields:
    """What is absent stays, and so does what comes masked. Raises InvalidRequest."""
    values = {
        name: getattr(stored or UserToolFields(), name) for name in UserToolFields.model_fields
    }
    changes = sent.changes()
    is_elsewhere = stored is not None and _origin(sent.endpoint_url) != _origin(stored.endpoint_url)
    for field in SEALED:
        if is_elsewhere and "endpoint_url" in changes:
            _check_given_anew(field, changes.get(field, masked(field, values[field])))
        if field in changes:
            changes[field] = _unmasked(field, changes[field], values[field])
    if "auth_type" in changes:
        changes.setdefault("auth_required", changes["auth_type"] is not None)
        if changes["auth_type"] is None:
            changes["auth_credentials"] = {}
    return UserToolFields.model_validate({**values, **changes})


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port; None of what is no address, which is told elsewhere."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None


def _check_given_anew(field: str, sent: Mapping[str, Any]) -> None:
    """What was entrusted for one host does not go to another. Raises InvalidRequest."""
    if any(is_secret(field, name) and value == MASK for name, value in sent.items()):
        raise InvalidRequest.on(field, ANOTHER_PLACE)


def _unmasked(field: str, sent: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(sent)
    for name, value in sent.items():
        if value != MASK:
            continue
        if name not in stored:
            raise InvalidRequest.on(field, NOTHING_STORED.format(name=name[:100]))
        values[name] = stored[name]
    return values
