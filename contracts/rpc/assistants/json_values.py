"""JSON values that users send and the database keeps: not too deep, not too long, storable."""

import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator

MAX_DEPTH = 32
"""Far below what a request may have, because an exported field is nested deeper than it was."""
MAX_CHARACTERS = 65_536
UNSTORABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")
"""In JSON text: an escaped NUL (an even number of backslashes before it), a lone surrogate."""


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def small(value: Any) -> Any:
    """Raises ValueError."""
    if _is_deeper(value, MAX_DEPTH):
        raise ValueError(f"Ensure this field is nested no deeper than {MAX_DEPTH} levels.")
    dumped = json.dumps(value, ensure_ascii=False)
    if len(dumped) > MAX_CHARACTERS:
        raise ValueError(f"Ensure this field has no more than {MAX_CHARACTERS} characters of JSON.")
    if UNSTORABLE.search(dumped):
        raise ValueError("Null characters and lone surrogates are not allowed.")
    return value


Json = Annotated[list[Any] | dict[str, Any], AfterValidator(small)]
