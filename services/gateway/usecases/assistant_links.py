"""The links of an assistant are those of its knowledge base."""

from dataclasses import dataclass

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.knowledge import AddLink, CheckLink, Link, LinkFields, ListLinks
from services.gateway.ports import Assistants, Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantLinks:
    """Endpoint 26."""

    assistants: Assistants
    knowledge: Knowledge

    async def show(self, whose: AssistantOf) -> list[Link]:
        """None where it has no knowledge base (any more). Raises NotFound (assistant), Unavailable."""
        base = (await self.assistants.get_configuration(whose)).knowledge_base
        if base is None:
            return []
        request = ListLinks(user_id=whose.user_id, knowledge_base=str(base))
        try:
            return (await self.knowledge.list_links(request)).links
        except NotFound:  # it was deleted, and the assistant has not heard of it yet
            return []

    async def add(self, whose: AssistantOf, fields: LinkFields) -> Link:
        """Raises NotFound (assistant), InvalidRequest on `url`, Unavailable; then there is no new base."""
        base = (await self.assistants.get_configuration(whose)).knowledge_base
        if base is None:
            await self.knowledge.check_link(CheckLink(fields=fields))
            base = (await self.assistants.ensure_knowledge_base(whose)).knowledge_base
        request = AddLink(user_id=whose.user_id, knowledge_base=str(base), fields=fields)
        return await self.knowledge.add_link(request)
