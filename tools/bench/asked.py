"""A question of the benchmark."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the passages that the product finds for it, as the SDK takes them."""

    question: str
    documents: list[dict[str, Any]]
