"""What one answer has done with tools, and what it may still do."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from services.assistants.domain.tools import GraphData, TableData, ToolCall, ToolRound

MAX_ARGUMENT_CHARACTERS = 65_536
TOLD_OF_REPEATING = 2
TOO_OFTEN = 3
REPEATED = "This very call was made before; its result is above. Answer with what there is."
TOO_MANY = "Not called: too many calls at once. Ask for it again if it is still needed."
SHORTENED = "… (shortened)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLimits:
    """`rounds` and `calls_per_round` of calls; seconds of one call and of all; length of a result."""

    rounds: int
    calls_per_round: int
    call_s: float
    total_s: float
    result_characters: int


@dataclass(slots=True, kw_only=True)
class ToolUse:
    """One answer's. `left_s`: seconds that tools may still take."""

    limits: ToolLimits
    left_s: float
    rounds: list[ToolRound] = field(default_factory=list)
    shown: list[TableData | GraphData] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def may_call(self) -> bool:
        """False: the model has to answer now."""
        return (
            len(self.rounds) < self.limits.rounds
            and self.left_s > 0
            and max(self._times.values(), default=0) < TOO_OFTEN
        )

    def count(self, input_tokens: int, output_tokens: int) -> None:
        """Add what one call to the model took."""
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens

    def note(self, call: ToolCall) -> int:
        """How many times this call was asked for, this one included."""
        key = (call.name, _canonical(call.arguments))
        self._times[key] += 1
        return self._times[key]


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """Raises ValueError with a sentence for the model."""
    if len(call.arguments) > MAX_ARGUMENT_CHARACTERS:
        raise ValueError(f"The arguments have more than {MAX_ARGUMENT_CHARACTERS} characters.")
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The arguments are not JSON: {error}") from None
    if not isinstance(arguments, dict):
        raise ValueError("The arguments must be a JSON object.")
    return arguments


def error_text(sentence: str) -> str:
    """A failure as the model reads it."""
    return json.dumps({"error": sentence}, ensure_ascii=False)


def shortened(text: str, *, characters: int) -> str:
    """At most so many characters, and a word where some are missing."""
    return text if len(text) <= characters else text[:characters] + SHORTENED


def _canonical(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments or "{}"), sort_keys=True)
    except (ValueError, RecursionError):
        return arguments
