"""The built-in tool that searches the knowledge base again, with words of the model's choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.errors import ServiceError
from services.assistants.domain.answer import Answer
from services.assistants.domain.conversation import QUERY_CHARACTERS
from services.assistants.domain.tool_use import error_text
from services.assistants.domain.tools import ToolOutcome, ToolSpec
from services.assistants.ports import PassageSearch, Tool

SPEC = ToolSpec(
    name="search_knowledge_base",
    description="Searches the documents that this assistant answers from. The passages found for "
    "the user's own words are there already: search again only with other words, for what they "
    "do not tell.",
    parameters={
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "What to look for, in a few words."}
        },
        "required": ["query"],
    },
    only_reads=True,
)
NO_QUERY = 'Give a "query": a text that says what to look for.'
NOTHING = '{"passages": 0}'


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAgain:
    """The port `Tool`, for one user's knowledge base."""

    search: PassageSearch
    user_id: int
    knowledge_base: UUID

    @property
    def spec(self) -> ToolSpec:
        return SPEC

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        query = arguments.get("query")
        if not isinstance(query, str) or not query.strip():
            return ToolOutcome(text=error_text(NO_QUERY), is_error=True)
        try:
            found = await self.search.passages(
                user_id=self.user_id,
                knowledge_base=self.knowledge_base,
                query=query[:QUERY_CHARACTERS],
            )
        except ServiceError as error:
            return ToolOutcome(text=error_text(error.detail), is_error=True)
        return ToolOutcome(text="" if found else NOTHING, passages=tuple(found))


@dataclass(frozen=True, slots=True)
class KnowledgeTools:
    """The port `Toolbox`: a search for assistants that have a knowledge base."""

    search: PassageSearch

    async def tools(self, answer: Answer) -> Sequence[Tool]:
        knowledge_base = answer.opened.assistant.knowledge_base
        if knowledge_base is None:
            return ()
        user_id = answer.question.user_id
        return (SearchAgain(search=self.search, user_id=user_id, knowledge_base=knowledge_base),)
