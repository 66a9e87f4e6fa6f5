"""A whole suite: how many cases of each kind, and what people should know of how it came out."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.rpc.assistants.configurations import Assistant
from contracts.rpc.evaluation import MAX_CASES_BY_MODE, Mode, TestCase
from contracts.rpc.knowledge import SampledPassage
from services.evaluation.domain.generation import configured, hard_cases
from services.evaluation.domain.generation.chosen import Chosen, spread
from services.evaluation.domain.generation.configured import Tool
from services.evaluation.domain.generation.facts import Base, Fact, Facts, facts_of

SAMPLED_BY_MODE: dict[Mode, int] = {"quick": 60, "normal": 150, "extensive": 200}
"""Passages drawn: more than cases, so that bad ones can be passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How many cases of each kind at most; single hops take what is left."""

    examples: int
    tools: int
    two_hops: int
    unanswerable: int
    orders: int


MIXES: dict[Mode, Mix] = {
    "quick": Mix(examples=1, tools=1, two_hops=1, unanswerable=1, orders=1),
    "normal": Mix(examples=5, tools=3, two_hops=4, unanswerable=4, orders=2),
    "extensive": Mix(examples=8, tools=5, two_hops=7, unanswerable=6, orders=4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What cases are made of. written: facts that a model wrote, by the passages' order."""

    assistant: Assistant
    tools: Sequence[Tool]
    passages: Sequence[SampledPassage]
    has_base: bool
    speaks_freely: bool
    written: Sequence[Fact] = ()


@dataclass(slots=True)
class Made:
    """Cases in their order, and notes for people. by_model: how many of them the model wrote."""

    cases: list[TestCase] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    by_model: int = 0


def make_suite(material: Material, *, mode: Mode, seed: int) -> Made:
    """The same for the same material and seed."""
    luck = random.Random(f"suite:{mode}:{seed}")  # noqa: S311 - it has to be foretold
    base = Base.of(material.passages)
    facts = [found for each in material.passages if (found := facts_of(each, base))]
    language = _language(facts)
    mix, most, chosen, made = MIXES[mode], MAX_CASES_BY_MODE[mode], Chosen(), Made()
    for fact in material.written:
        chosen.take(fact)
    own = [
        *configured.examples(material.assistant, chosen, count=mix.examples),
        *configured.tool_calls(material.tools, chosen, count=mix.tools),
        *(
            configured.goal(material.assistant, chosen, language=language)
            if material.speaks_freely
            else ()
        ),
    ]
    hops = hard_cases.two_hops(facts, base, chosen, count=mix.two_hops)
    hops += hard_cases.shared_topics(facts, chosen, count=mix.two_hops - len(hops))
    refused = hard_cases.unanswerable(
        facts,
        base,
        chosen,
        count=_beside(facts, mix.unanswerable),
        language=language,
        luck=luck,
    )
    commands = _beside(facts, mix.orders)
    left = most - len(own) - len(hops) - len(refused) - commands
    written = list(material.written)[:left]
    singles = spread(facts, chosen, count=left - len(written))
    ordered = hard_cases.orders(
        _topics(facts, luck),
        chosen,
        count=commands,
        language=language,
        secret=material.assistant.system_instructions,
        luck=luck,
    )
    made.cases = [*map(_case, written), *map(_case, singles), *hops, *refused, *ordered, *own]
    made.by_model = len(written)
    made.notes = list(_notes(material, facts, made, most))
    return made


def _beside(facts: Sequence[Facts], most: int) -> int:
    """Cases whose answer is a refusal are few beside those that can be answered, where there are any."""
    return min(most, max(1, len(facts) // 3)) if facts else most


def _case(fact: Fact) -> TestCase:
    return TestCase(
        question=fact.question,
        ideal_answer=fact.answer,
        category="single_hop",
        source=[fact.source],
    )


def _language(facts: Sequence[Facts]) -> str:
    """That of most passages."""
    spoken = Counter(each[0].language for each in facts)
    return spoken.most_common(1)[0][0] if spoken else "en"


def _topics(facts: Sequence[Facts], luck: random.Random) -> list[str]:
    questions = [each[0].question for each in facts if each[0].exact] or [
        each[0].question for each in facts
    ]
    luck.shuffle(questions)
    return questions


def _notes(material: Material, facts: Sequence[Facts], made: Made, most: int) -> list[str]:
    notes = []
    if not material.has_base:
        notes.append("The assistant has no knowledge base: no case is drawn from documents.")
    elif not material.passages:
        notes.append(
            "Nothing of the knowledge base is indexed yet: no case is drawn from documents."
        )
    elif len(facts) < len(material.passages):
        skipped = len(material.passages) - len(facts)
        notes.append(
            f"{skipped} of {len(material.passages)} passages hold no sentence that can be asked about."
        )
    if len(made.cases) < most:
        notes.append(f"{len(made.cases)} cases instead of {most}: there is not more to ask about.")
    if not any(case.category == "multi_hop" for case in made.cases) and facts:
        notes.append("No two passages have enough in common for a question about both.")
    return notes
