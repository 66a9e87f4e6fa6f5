"""Endpoints 31 and 37: start indexing, and see how far it is."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.knowledge import KnowledgeBaseOf, TaskOf, TaskStarted, TaskStatus
from services.gateway.entrypoints.http.bodies import IndexingStarted, WhatToIndex
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.wiring import Application

router = private_router("indexing")
WHAT = BodyOf(WhatToIndex, example={"kb_id": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10"})


@router.post("/api/analytics/index-documents/", summary="Start indexing in the background")
async def start_indexing(
    app: App, user_id: Caller, body: Annotated[WhatToIndex, Depends(WHAT)]
) -> IndexingStarted:
    """By `assistant_id`, or by `kb_id` (integer id or UUID). A running task is answered again."""
    started = await _start(app, user_id, body)
    return IndexingStarted(status="Indexing started in background", task_id=started.task_id)


async def _start(app: Application, user_id: int, body: WhatToIndex) -> TaskStarted:
    if body.assistant_id:
        with referring(assistant="assistant_id", knowledge_base="assistant_id"):
            return await app.assistants.start_indexing(
                AssistantOf(user_id=user_id, assistant_uuid=body.assistant_id)
            )
    if body.kb_id is None:
        raise InvalidRequest.on("assistant_id", "This field is required.")
    with referring(knowledge_base="kb_id"):
        return await app.knowledge.start_indexing(
            KnowledgeBaseOf(user_id=user_id, knowledge_base=body.kb_id)
        )


@router.get("/api/analytics/get-task-status/{task_id}/", summary="Get the status of a task")
async def get_task_status(app: App, user_id: Caller, task_id: str) -> TaskStatus:
    """PENDING until every document has ended one way or the other; a failed one fails no other."""
    try:
        UUID(task_id)
    except ValueError:
        raise NotFound from None
    return await app.knowledge.get_task(TaskOf(user_id=user_id, task_id=task_id))
