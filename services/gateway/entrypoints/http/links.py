"""Endpoints 8, 9, 13, 26 and 27: websites in knowledge bases."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.knowledge import AddLink, ChangeLink, Link, LinkFields, LinkOf, ListLinks
from services.gateway.entrypoints.http.bodies import Message, OfKnowledgeBase
from services.gateway.entrypoints.http.body import BodyOf, QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.link_bodies import LinkList, NewAssistantLink, NewLink
from services.gateway.entrypoints.http.routing import private_router

router = private_router("links")
OF_ASSISTANT = "/api/analytics/assistant/{assistant_id:uuid}/website-links/"
ONE = "/api/analytics/website-link/{pk:id}/"
_URL = {"url": "https://help.example/start", "title": "Help"}
NEW = BodyOf(
    NewLink,
    example={
        "kb_uuid": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10",
        **_URL,
        "grabber_enabled": True,
    },
)
NEW_OF_ASSISTANT = BodyOf(NewAssistantLink, example=_URL)
CHANGES = BodyOf(LinkFields, example={"title": "Help centre"})


@router.get("/api/analytics/knowledgebase/links/", summary="List the links of a knowledge base")
async def list_links(
    app: App, user_id: Caller, query: Annotated[OfKnowledgeBase, Depends(QueryOf(OfKnowledgeBase))]
) -> LinkList:
    """Oldest first. `pages` and `chunks` count what searches find of it."""
    request = ListLinks(user_id=user_id, knowledge_base=str(query.kb_uuid))
    return LinkList(links=(await app.knowledge.list_links(request)).links)


@router.post("/api/analytics/knowledgebase/add-link/", status_code=201, summary="Add a link")
async def add_link(app: App, user_id: Caller, body: Annotated[NewLink, Depends(NEW)]) -> Link:
    """Indexing is started by `index-documents`. A URL that is there already answers its link, changed.

    `grabber_enabled`: the pages of the same site that it leads to are read too. `update_dynamically`: it
    is fetched again every `update_interval` of the knowledge base.
    """
    fields = LinkFields(**{k: v for k, v in body.changes().items() if k != "kb_uuid"})
    request = AddLink(user_id=user_id, knowledge_base=str(body.kb_uuid), fields=fields)
    with referring(knowledge_base="kb_uuid"):
        return await app.knowledge.add_link(request)


@router.delete("/api/analytics/knowledgebase_delete_link/{link_id:id}/", summary="Delete a link")
async def delete_link(app: App, user_id: Caller, link_id: int) -> Message:
    """With all its pages: no search finds them any more."""
    await app.knowledge.delete_link(LinkOf(user_id=user_id, link_id=link_id))
    return Message(message="Link deleted")


@router.get(OF_ASSISTANT, summary="List the website links of an assistant")
async def list_website_links(app: App, user_id: Caller, assistant_id: UUID) -> list[Link]:
    """Those of its knowledge base; none where it has no knowledge base."""
    return await app.assistant_links.show(AssistantOf(user_id=user_id, assistant_uuid=assistant_id))


@router.post(OF_ASSISTANT, status_code=201, summary="Add a website link to an assistant")
async def add_website_link(
    app: App,
    user_id: Caller,
    assistant_id: UUID,
    body: Annotated[NewAssistantLink, Depends(NEW_OF_ASSISTANT)],
) -> Link:
    """Into its knowledge base, which is made where there is none."""
    whose = AssistantOf(user_id=user_id, assistant_uuid=assistant_id)
    return await app.assistant_links.add(whose, LinkFields(**body.changes()))


@router.put(ONE, summary="Update a website link", responses={400: {}})
async def update_website_link(
    app: App, user_id: Caller, pk: int, body: Annotated[LinkFields, Depends(CHANGES)]
) -> Link:
    """What is absent stays. With another URL it is fetched and indexed anew at once."""
    request = ChangeLink(user_id=user_id, link_id=pk, fields=body)
    return await app.knowledge.update_link(request)


@router.delete(ONE, status_code=204, summary="Delete a website link")
async def delete_website_link(app: App, user_id: Caller, pk: int) -> Response:
    """With all its pages: no search finds them any more."""
    await app.knowledge.delete_link(LinkOf(user_id=user_id, link_id=pk))
    return Response(status_code=204)
