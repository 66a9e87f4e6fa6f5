"""What clients send and get where links are concerned."""

from uuid import UUID

from contracts.rpc.knowledge import Link, LinkFields
from contracts.shapes import Shape, Url


class NewAssistantLink(LinkFields):
    """Endpoint 26: only `url` is required."""

    url: Url


class NewLink(NewAssistantLink):
    """Endpoint 9: `kb_uuid` and `url` are required."""

    kb_uuid: UUID


class LinkList(Shape):
    """Endpoint 8: oldest first."""

    links: list[Link]
