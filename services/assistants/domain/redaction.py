"""Keeps a tool's secrets out of what its endpoint says: some repeat what they were sent."""

import html
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from contracts.rpc.assistants.tools import MASK, UserToolFields
from services.assistants.domain.tool_arguments import as_text
from services.assistants.domain.tool_request import basic
from services.assistants.domain.user_tool import SEALED, is_secret

SHORTEST = 4
"""Shorter ones would take ordinary words apart."""


class Redaction:
    """The secrets of one tool, in every way that they may be written."""

    def __init__(self, fields: UserToolFields) -> None:
        written = {form for secret in _secrets(fields) for form in _forms(secret)}
        self._forms = sorted(written, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Without secrets, and without lone surrogates, which no answer can carry."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text.encode("utf-8", "replace").decode()

    def value(self, value: Any) -> Any:
        """A JSON value, the names in it included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(each) for name, each in value.items()}
        return value


def _secrets(fields: UserToolFields) -> Iterator[str]:
    given = fields.auth_credentials
    if fields.auth_type == "basic" and {"username", "password"} <= given.keys():
        yield basic(given["username"], given["password"])
        yield given["password"] or given["username"]
    for field in SEALED:
        for name, value in getattr(fields, field).items():
            if is_secret(field, name) and not (fields.auth_type == "basic" and name == "username"):
                yield from map(as_text, value if isinstance(value, list) else [value])


def _forms(secret: str) -> Iterable[str]:
    plain = secret.strip()
    if len(plain) < SHORTEST:
        return ()
    escaped = json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]
    return (plain, quote(plain, safe=""), quote_plus(plain), html.escape(plain), *escaped)
