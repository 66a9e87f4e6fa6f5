"""Endpoints 32, 33, 34 and 36: knowledge bases."""

from typing import Annotated

from fastapi import Depends, Path

from contracts.rpc.knowledge import (
    ChangeKnowledgeBase,
    CreateKnowledgeBase,
    KnowledgeBase,
    KnowledgeBaseFields,
    KnowledgeBaseOf,
    ListKnowledgeBases,
)
from services.gateway.entrypoints.http.bodies import (
    Message,
    NewKnowledgeBase,
    knowledge_base_in_path,
)
from services.gateway.entrypoints.http.body import BodyOf, asking
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("knowledge bases")
WHICH = Annotated[str, Path(description="Integer id or UUID", examples=["1"])]
CHANGES = BodyOf(KnowledgeBaseFields, example={"description": "How we work", "top_k": 8})
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
    listed = await app.knowledge.list_knowledge_bases(ListKnowledgeBases(user_id=user_id))
    return listed.knowledge_bases


@router.post("/api/analytics/update-knowledge-base/{kb_id}/", summary="Update a knowledge base")
async def update_knowledge_base(
    app: App,
    user_id: Caller,
    kb_id: WHICH,
    body: Annotated[KnowledgeBaseFields, Depends(CHANGES)],
) -> KnowledgeBase:
    """What is absent stays. After other chunking or another embedding model its documents are
    `uploaded` again: `index-documents` indexes them anew, and until then they answer as they are."""
    request = ChangeKnowledgeBase(
        user_id=user_id, knowledge_base=knowledge_base_in_path(kb_id), fields=body
    )
    return await app.knowledge.update_knowledge_base(request)


@router.delete("/api/analytics/delete-knowledge-base/{kb_id}/", summary="Delete a knowledge base")
async def delete_knowledge_base(app: App, user_id: Caller, kb_id: WHICH) -> Message:
    """With its files, links and all that was found of them; assistants that used it have none then."""
    request = KnowledgeBaseOf(user_id=user_id, knowledge_base=knowledge_base_in_path(kb_id))
    await app.knowledge.delete_knowledge_base(request)
    return Message(message="Knowledge base and namespace deleted")
