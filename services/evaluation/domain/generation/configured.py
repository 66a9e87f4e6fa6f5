"""Cases that come from the assistant's configuration: its examples, its goal and its tools."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.rpc.assistants.configurations import Assistant
from contracts.rpc.evaluation import Assertion, TestCase
from services.evaluation.domain.generation.chosen import Chosen
from services.evaluation.domain.generation.templates import WORDINGS
from services.evaluation.domain.generation.verbs import BASES, THIRD

LIKE_GOAL = 0.35
"""How similar what an assistant says it is for has to be to its goal."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the assistant may call: the name that runs tell, what people call it, what it does."""

    function_name: str
    name: str
    description: str


def examples(assistant: Assistant, chosen: Chosen, *, count: int) -> list[TestCase]:
    """The configuration's own questions with their answers."""
    cases: list[TestCase] = []
    for example in assistant.examples:
        if (
            len(cases) < count
            and example.question.strip()
            and chosen.take_question(example.question)
        ):
            cases.append(
                TestCase(question=example.question, ideal_answer=example.answer, category="example")
            )
    return cases


def goal(assistant: Assistant, chosen: Chosen, *, language: str) -> list[TestCase]:
    """What it is for, in its own words: for assistants whose model has words of its own."""
    question = WORDINGS[language].help
    if len(assistant.goal.split()) < 3 or not chosen.take_question(question):
        return []
    similar = Assertion(type="similar", value=assistant.goal, threshold=LIKE_GOAL)
    return [
        TestCase(
            question=question, ideal_answer=assistant.goal, category="goal", assertions=[similar]
        )
    ]


def tool_calls(tools: Sequence[Tool], chosen: Chosen, *, count: int) -> list[TestCase]:
    """A request for each tool, which the assistant should meet by calling it."""
    cases: list[TestCase] = []
    for tool in _spoken_of(tools):
        question = request_for(tool)
        if len(cases) < count and chosen.take_question(question):
            called = Assertion(type="calls_tool", value=tool.function_name)
            cases.append(TestCase(question=question, category="tool", assertions=[called]))
    return cases


def _spoken_of(tools: Iterable[Tool]) -> Iterable[Tool]:
    return (tool for tool in tools if tool.name.strip())


def request_for(tool: Tool) -> str:
    """What a person would ask, from the first sentence of the description."""
    told = re.split(r"(?<=[.!?])\s|\n", tool.description.strip())[0].rstrip(".!? ")
    first, _, rest = told.partition(" ")
    verb = THIRD.get(first.casefold(), first.casefold())
    if (
        not first.casefold().endswith("ss")
        and verb == first.casefold()
        and first.casefold().endswith("s")
    ):
        verb = first.casefold()[:-1]
    is_order = bool(rest) and (verb in BASES or first.casefold() != verb)
    return (
        f"Can you {verb} {rest}?"
        if is_order
        else f"I need this now: {told or tool.name} ({tool.name})."
    )
