"""What users do with the links of a knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from chassis.pages import first_page
from chassis.reach import AddressRefused, Reach
from chassis.web_address import BadAddress, WebAddress
from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.knowledge import (
    AddLink,
    ChangeLink,
    CheckedLink,
    CheckLink,
    KnowledgeBase,
    KnowledgeBaseOf,
    Link,
    LinkDeleted,
    LinkFields,
    LinkKnowledgeBase,
    LinkOf,
    Links,
    ListLinks,
)
from services.knowledge import ports
from services.knowledge.domain.link import AddressTaken, LinkChange, NewLink
from services.knowledge.domain.page_address import page_address, same_page
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase

PAGE_ROWS = 200
REQUIRED = "This field is required."
THERE_ALREADY = "This link is in the knowledge base already."


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageLinks:
    """Endpoints 8, 9, 13, 26 and 27. reach: what may be fetched, as far as a URL tells."""

    find_base: FindKnowledgeBase
    links: ports.Links
    reach: Reach
    new_id: Callable[[], UUID]

    def show(self, request: ListLinks) -> Links:
        """Raises NotFound."""
        base = self._base(request)
        found = self.links.of_base(
            user_id=request.user_id,
            knowledge_base_id=base.id,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda each: each.id, tell=lambda each: each
        )
        return Links(links=page, next=last)

    def check(self, request: CheckLink) -> CheckedLink:
        """Raises InvalidRequest on `url`."""
        return CheckedLink(address=self._address(request.fields))

    def add(self, request: AddLink) -> Link:
        """Raises NotFound, InvalidRequest on `url`. What is there already is changed as asked."""
        fields, address = request.fields, self._address(request.fields)
        base = self._base(request)
        new = NewLink(
            user_id=request.user_id,
            knowledge_base_id=base.id,
            url=fields.url,
            address=address,
            title=fields.title.strip(),
            grabber_enabled=fields.grabber_enabled,
            update_dynamically=fields.update_dynamically,
            object_key=f"links/{base.uuid}/{self.new_id()}",
        )
        return self.links.add(new) or self._again(new, fields)

    def _again(self, new: NewLink, fields: LinkFields) -> Link:
        """Sent twice, a link is there once; a blank title and its spelling stay as they were."""
        known = self.links.at(
            user_id=new.user_id, knowledge_base_id=new.knowledge_base_id, address=new.address
        )
        if known is None:
            raise NotFound(what="knowledge_base")  # it, or its base, went at this moment
        asked = LinkFields(**_without(fields, "url", *(() if new.title else ("title",))))
        changed = ChangeLink(user_id=new.user_id, link_id=known.id, fields=asked)
        return self.change(changed) if asked.model_fields_set else known

    def change(self, request: ChangeLink) -> Link:
        """Raises NotFound, InvalidRequest on `url`."""
        fields = request.fields.changes()
        if "title" in fields:
            fields["title"] = fields["title"].strip()
        if self.links.find(user_id=request.user_id, link_id=request.link_id) is None:
            raise NotFound(what="link")
        if "url" in fields:
            fields["address"] = self._address(request.fields)
        try:
            changed = self.links.change(
                user_id=request.user_id, link_id=request.link_id, change=LinkChange(**fields)
            )
        except AddressTaken:
            raise InvalidRequest.on("url", THERE_ALREADY) from None
        if changed is None:
            raise NotFound(what="link")
        return changed

    def remove(self, request: LinkOf) -> LinkDeleted:
        """Raises NotFound."""
        if not self.links.remove(user_id=request.user_id, link_id=request.link_id):
            raise NotFound(what="link")
        return LinkDeleted(link_id=request.link_id)

    def _base(self, request: LinkKnowledgeBase) -> KnowledgeBase:
        return self.find_base(
            KnowledgeBaseOf(user_id=request.user_id, knowledge_base=request.knowledge_base)
        )

    def _address(self, fields: LinkFields) -> str:
        """The key of all spellings of its URL."""
        if "url" not in fields.model_fields_set:
            raise InvalidRequest.on("url", REQUIRED)
        try:
            address = WebAddress.parse(fields.url)
            self.reach.check_written(address)
        except (BadAddress, AddressRefused) as refusal:
            raise InvalidRequest.on("url", str(refusal)) from None
        return same_page(page_address(address))


def _without(fields: LinkFields, *names: str) -> dict[str, object]:
    return {name: value for name, value in fields.changes().items() if name not in names}
