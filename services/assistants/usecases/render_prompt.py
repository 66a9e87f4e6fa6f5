"""Render an assistant's system prompt: plain substitution, the same text for the same configuration."""

import json
import re
from dataclasses import dataclass
from typing import Any

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import Assistant, AssistantOf, Example, FinalPrompt
from services.assistants.domain.size import MAX_PROMPT_CHARACTERS, check_size
from services.assistants.ports import Assistants

PLACE = re.compile(r"\{\{(\w+)\}\}")
CONDITION = re.compile(r"\Awhen: (\w+)\n")
LONG_FIELDS = (
    *("examples", "system_instructions", "data_to_capture", "organisation_description"),
    *("languages", "goal", "knowledge_processing_instructions"),
)
BETWEEN_BLOCKS = re.compile(r"^---\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RenderPrompt:
    """`template`: blocks between `---` lines; one that begins with `when: name` needs a non-empty `name`.

    `{{name}}` is replaced once: what a user wrote is never read as a template.
    """

    template: str

    def __call__(self, assistant: Assistant) -> str:
        values = values_of(assistant)
        blocks = []
        for block in BETWEEN_BLOCKS.split(self.template):
            condition = CONDITION.match(block)
            if condition and not values[condition[1]]:
                continue
            text = block[condition.end() :] if condition else block
            blocks.append(PLACE.sub(lambda place: values[place[1]], text).strip())
        return _joined(blocks)


@dataclass(frozen=True, slots=True)
class CheckAssistant:
    """Whether an assistant may be kept: one that was saved can always chat."""

    render_prompt: RenderPrompt

    def __call__(self, assistant: Assistant) -> None:
        """Raises InvalidRequest: a prompt that is too long is told on the field that fills it most."""
        length = len(self.render_prompt(assistant))
        if length > MAX_PROMPT_CHARACTERS:
            values = values_of(assistant)
            longest = max(LONG_FIELDS, key=lambda name: len(values[name]))
            told = f"Ensure the final prompt has no more than {MAX_PROMPT_CHARACTERS} characters"
            raise InvalidRequest.on(longest, f"{told}; this makes {length}.")
        check_size(assistant)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetFinalPrompt:
    """Endpoint 23: exactly what chat sends."""

    assistants: Assistants
    render_prompt: RenderPrompt

    def __call__(self, request: AssistantOf) -> FinalPrompt:
        """Raises NotFound."""
        assistant = self.assistants.get(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid
        )
        return FinalPrompt(final_prompt=self.render_prompt(assistant))


def values_of(assistant: Assistant) -> dict[str, str]:
    """Every name that the template may use; an empty string for what is not set."""
    name = assistant.organisation_name.strip()
    return {
        "agent_name": assistant.agent_name,
        "role": f"the assistant of {name}" if name else "a helpful assistant",
        "organisation": name or "the organisation",
        "organisation_description": assistant.organisation_description.strip(),
        "goal": assistant.goal.strip(),
        "conversation_tone": assistant.conversation_tone.strip(),
        "knowledge_base": _flag(assistant.knowledge_base is not None),
        "no_knowledge_base": _flag(assistant.knowledge_base is None),
        "knowledge_processing_instructions": assistant.knowledge_processing_instructions.strip(),
        "data_to_capture": _captured(assistant.data_to_capture),
        "examples": "\n\n".join(filter(None, map(_example, assistant.examples))),
        "system_instructions": assistant.system_instructions.strip(),
        "enable_emojis": _flag(assistant.enable_emojis),
        "without_emojis": _flag(not assistant.enable_emojis),
        "json_mode": _flag(assistant.json_mode),
        **_languages(assistant),
        **_competitors(assistant),
    }


def _flag(holds: bool) -> str:
    return "yes" if holds else ""


def _languages(assistant: Assistant) -> dict[str, str]:
    languages = [language.strip() for language in assistant.languages if language.strip()]
    follows_user = assistant.use_last_user_language
    return {
        "languages": ", ".join(languages),
        "use_last_user_language": _flag(follows_user),
        "language_to_fall_back_on": languages[0] if languages and follows_user else "",
        "languages_to_use": "" if follows_user else ", ".join(languages),
    }


def _competitors(assistant: Assistant) -> dict[str, str]:
    answers, is_biased = (
        assistant.answer_competitor_queries,
        assistant.competitor_response_bias == "biased",
    )
    return {
        "refuses_competitors": _flag(not answers),
        "answers_competitors_biased": _flag(answers and is_biased),
        "answers_competitors_genuinely": _flag(answers and not is_biased),
    }


def _example(example: Example) -> str:
    question, answer = example.question.strip(), example.answer.strip()
    lines = [f"Q: {question}" if question else "", f"A: {answer}" if answer else ""]
    return "\n".join(filter(None, lines))


def _captured(wanted: list[Any] | dict[str, Any]) -> str:
    if isinstance(wanted, dict):
        return "\n".join(f"- {name}: {_plain(what)}" for name, what in wanted.items())
    return "\n".join(f"- {_plain(what)}" for what in wanted)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _joined(blocks: list[str]) -> str:
    """An empty line between blocks, but none between the lines of a list or under a bare heading."""
    text = ""
    for block in blocks:
        is_next_line = block.startswith("- ") and text.splitlines()[-1].startswith("- ")
        text += ("\n" if is_next_line else "\n\n") + block if text else block
    return text
