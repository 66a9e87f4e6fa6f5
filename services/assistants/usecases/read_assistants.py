"""Read assistants: one whole, or all of a user in short."""

from dataclasses import dataclass

from chassis.pages import first_page
from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantOf,
    AssistantSummaries,
    ListConfigurations,
)
from services.assistants.ports import Assistants

PAGE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAssistant:
    """Endpoint 17, GET."""

    assistants: Assistants

    def __call__(self, request: AssistantOf) -> Assistant:
        """Raises NotFound."""
        return self.assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAssistants:
    """Endpoint 16."""

    assistants: Assistants

    def __call__(self, request: ListConfigurations) -> AssistantSummaries:
        """A page in the order of ids, sorted in itself: newest first, by last change."""
        found = self.assistants.summaries(
            user_id=request.user_id,
            include_archived=request.include_archived,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda row: row[0], tell=lambda row: row[1]
        )
        page.sort(key=lambda each: each.updated_at, reverse=True)
        return AssistantSummaries(assistants=page, next=last)
