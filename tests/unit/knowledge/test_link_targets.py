"""Endpoints 9, 26 and 27: no address inside becomes a link. What a name leads to is seen when it is fetched."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.reach import Reach
from contracts.errors import InvalidRequest
from contracts.rpc.knowledge import AddLink, ChangeLink, CheckLink, LinkFields
from services.knowledge.usecases.links import ManageLinks
from tests.unit.chassis.test_guarded_http import attacks

INSIDE = attacks("ssrf_loopback_live_ok.txt") + [
    url for url in attacks("ssrf_unit_only.txt") if not url.startswith(("http", "//"))
]


class Nothing:
    """Neither bases nor links may be touched before the address is checked; one link is there."""

    def find(self, **_: Any) -> object:
        return object()


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url: str) -> None:
    nothing: Any = Nothing()
    links = ManageLinks(find_base=nothing, links=nothing, reach=Reach(), new_id=uuid4)
    fields = LinkFields(url=url)
    for call in (
        lambda: links.check(CheckLink(user_id=1, fields=fields)),
        lambda: links.add(AddLink(user_id=1, knowledge_base="1", fields=fields)),
        lambda: links.change(ChangeLink(user_id=1, link_id=1, fields=fields)),
    ):
        with pytest.raises(InvalidRequest) as error:
            call()
        assert list(error.value.fields) == ["url"]
