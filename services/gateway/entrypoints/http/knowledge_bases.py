"""Endpoints 32 and 36: knowledge bases."""

from typing import Annotated

from fastapi import Depends

from contracts.rpc.knowledge import CreateKnowledgeBase, KnowledgeBase, UserRef
from services.gateway.entrypoints.http.bodies import NewKnowledgeBase
from services.gateway.entrypoints.http.body import BodyOf, asking
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("knowledge bases")
NEW = BodyOf(NewKnowledgeBase, example={"name": "Handbook", "description": "How we work"})


@router.post(
    "/api/analytics/create-knowledge-base/", status_code=201, summary="Create a knowledge base"
)
async def create_knowledge_base(
    app: App, user_id: Caller, body: Annotated[NewKnowledgeBase, Depends(NEW)]
) -> KnowledgeBase:
    """Only `name` is required. Chunk sizes are tokens; `sparse_weightage`: 0 dense, 1 sparse only."""
    request = asking(CreateKnowledgeBase, user_id=user_id, **body.changes())
    return await app.knowledge.create_knowledge_base(request)


@router.get("/api/analytics/knowledge-bases/", summary="List my knowledge bases")
async def list_knowledge_bases(app: App, user_id: Caller) -> list[KnowledgeBase]:
    """Newest first, with counts of files, links, Excels and data Excels."""
    listed = await app.knowledge.list_knowledge_bases(UserRef(user_id=user_id))
    return listed.knowledge_bases
