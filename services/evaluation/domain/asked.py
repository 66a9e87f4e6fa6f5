"""What became of a case when the assistant was asked."""

from dataclasses import dataclass

from contracts.rpc.evaluation import SourcePassage


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the assistant said, and what it had at hand.

    citations: best first, each passage once, as long as they are known. retrieved: what the search
    found for the question, best first. tools: names, in the order of their calls.
    latency_ms: from the question to the last word.
    """

    text: str
    citations: tuple[SourcePassage, ...] = ()
    retrieved: tuple[SourcePassage, ...] = ()
    tools: tuple[str, ...] = ()
    latency_ms: float
    input_tokens: int = 0
    output_tokens: int = 0

    def cited_texts(self) -> list[str]:
        """What the answer may be held against."""
        return [passage.text for passage in self.citations]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a model thinks of an answer by a rubric: score 0 to 1."""

    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why something could not be decided: a sentence for people."""

    reason: str
