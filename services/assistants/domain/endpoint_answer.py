"""What a tool's endpoint answered, as the tool's options want it."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Never

from contracts.rpc.assistants.tools import UserToolFields

ReadPage = Callable[[str, str], str]
"""HTML and a CSS selector ("" for the whole page) to readable text. Raises ValueError."""
_STEP = re.compile(r"[^.\[\]]+")
_CHARSET = re.compile(
    r"charset=\"?((?:utf-?(?:8|16|32)|iso-?8859-|windows-|cp|us-ascii|latin|koi8-|shift_?jis|euc-|gb|"
    r"big5)[\w-]*)",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
ENDED = "…"
LONGEST_QUOTE = 300
DEEPEST = 100
TOO_DEEP = "The endpoint's answer is nested too deep."


class EndpointFailed(Exception):
    """No usable answer; `reason` is a sentence. may_pass: another try may go better.

    status: 0 where there was no answer. retry_after_s: how long the endpoint wants to be left alone.
    """

    def __init__(
        self, reason: str, *, status: int = 0, may_pass: bool = False, retry_after_s: float = 0
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.may_pass = may_pass
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAnswer:
    """headers: names in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """Without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether it says so."""
        return self.media_type in {"application/json", "text/json"} or self.media_type.endswith(
            "+json"
        )

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.media_type in {"text/html", "application/xhtml+xml"}

    def check_status(self) -> None:
        """Raises EndpointFailed, with the beginning of what it says."""
        if HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        try:
            said = " ".join(self.text().split())[:LONGEST_QUOTE]
        except ValueError:
            said = ""
        raise EndpointFailed(
            f"The endpoint answered {self.status}: {said}".removesuffix(": ").rstrip(".") + ".",
            status=self.status,
            may_pass=self.status == HTTPStatus.TOO_MANY_REQUESTS or self.status >= 500,
            retry_after_s=self._retry_after_s(),
        )

    def _retry_after_s(self) -> float:
        """Seconds only: a date would need the endpoint's clock."""
        told = self.headers.get("retry-after", "").strip()
        return float(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0.0

    def text(self) -> str:
        """Raises ValueError where it is none."""
        named = _CHARSET.search(self.headers.get("content-type", ""))
        if named or self.media_type.startswith("text/"):
            try:
                return self.body.decode(named[1] if named else "utf-8", "replace")
            except LookupError:
                return self.body.decode("utf-8", "replace")
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            kind = self.media_type or "something"
            raise ValueError(
                f"The endpoint answered {kind} that is no text ({len(self.body):,} bytes)."
            )
        return text


def result_of(
    answer: EndpointAnswer, fields: UserToolFields, *, read_page: ReadPage, longest: int
) -> Any:
    """A JSON value. `longest`: in characters, for every tool. Raises ValueError, which says why not."""
    value = _optimized(answer, fields, read_page) if fields.optimize_response else _plain(answer)
    limit = min(fields.truncate_limit, longest) if fields.should_truncate_response else longest
    return _cut(value, limit)


def _plain(answer: EndpointAnswer) -> Any:
    if not answer.body.strip():
        return None
    return _json(answer) if answer.is_json else answer.text()


def _optimized(answer: EndpointAnswer, fields: UserToolFields, read_page: ReadPage) -> Any:
    if fields.optimize_type == "JSON":
        value = _json(answer)
        if fields.field_containing_data:
            value = _found(value, fields.field_containing_data)
        names = [name.strip() for name in fields.include_fields.split(",") if name.strip()]
        return _only(value, names) if names else value
    text = answer.text()
    if fields.optimize_type == "HTML":
        return read_page(text, fields.field_containing_data)
    if answer.is_page:
        text = read_page(text, "")
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _json(answer: EndpointAnswer) -> Any:
    try:
        value = json.loads(answer.text(), parse_constant=_no_number, parse_float=_finite)
        _check_depth(value)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The endpoint's answer is not valid JSON: {error.msg} (line {error.lineno}, "
            f"column {error.colno})."
        ) from None
    return value


def _no_number(word: str) -> Never:
    raise ValueError(f"The endpoint's answer is not valid JSON: {word} is no number.")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits[:40])


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError(TOO_DEEP)


def _found(value: Any, path: str) -> Any:
    """What is at a.b[0].c; of a list, what each member has there."""
    for step in _STEP.findall(path):
        if isinstance(value, list) and not step.isdecimal():
            value = [each[step] for each in value if isinstance(each, dict) and step in each]
            continue
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, TypeError):
            raise ValueError(f'The endpoint\'s answer has no "{path}".') from None
    return value


def _only(value: Any, names: list[str]) -> Any:
    """Of an object, or of each object of a list, these members; a.b is b of the member a."""
    if isinstance(value, list):
        return [_only(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for name in names:
        first, _, inner = name.partition(".")
        if name in value:
            kept[name] = value[name]
        elif first in value and inner:
            below = _only(value[first], [inner])
            both = isinstance(below, dict) and isinstance(kept.get(first), dict)
            kept[first] = {**kept[first], **below} if both else below
    return kept


def _cut(value: Any, limit: int) -> Any:
    """As it is, or where it is longer its text, as far as it may go."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= limit else text[: limit - 1] + ENDED
