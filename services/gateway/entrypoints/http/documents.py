"""Endpoints 4, 5, 6 and 28: the files of a knowledge base."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.knowledge import BeginRefresh, BeginUpload, Document, ListDocuments
from services.gateway.entrypoints.http.bodies import FileRefreshed, Files, OfKnowledgeBase
from services.gateway.entrypoints.http.body import QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.uploads import NewContent, NewContentOf, Upload, UploadOf

router = private_router("documents")


@router.post("/api/analytics/knowledgebase/upload/", status_code=201, summary="Upload a file")
async def upload(
    app: App, user_id: Caller, uploaded: Annotated[Upload, Depends(UploadOf())]
) -> Document:
    """Stores it in the knowledge base; indexing is started by `index-documents`.

    `kb_uuid` may come as a query parameter too. Of a file name only the last part counts.
    """
    request = BeginUpload(
        user_id=user_id,
        knowledge_base=str(uploaded.knowledge_base),
        file_name=uploaded.name,
        size_bytes=uploaded.size_bytes,
    )
    with referring(knowledge_base="kb_uuid"):
        return await app.upload_document(request, uploaded.content)


@router.post("/api/analytics/knowledgebase/refresh/{filename}/", summary="Refresh a file")
async def refresh(
    app: App,
    user_id: Caller,
    filename: str,
    uploaded: Annotated[NewContent, Depends(NewContentOf())],
) -> FileRefreshed:
    """Replaces its bytes, and indexes them at once; until that is done its old passages answer.

    Files, Excels and data Excels. `kb_uuid` says in which knowledge base, where several have a file of
    that name; of several in one the newest is meant. The name of the uploaded file does not matter.
    """
    base = uploaded.knowledge_base
    request = BeginRefresh(
        user_id=user_id,
        knowledge_base=str(base) if base else None,
        file_name=filename,
        size_bytes=uploaded.size_bytes,
    )
    with referring(knowledge_base="kb_uuid"):
        refreshed = await app.upload_document.refresh(request, uploaded.content)
    return FileRefreshed(
        message="File refreshed", filename=refreshed.document.name, task_id=refreshed.task_id
    )


@router.get("/api/analytics/knowledgebase/list/", summary="List the files of a knowledge base")
async def list_files(
    app: App, user_id: Caller, query: Annotated[OfKnowledgeBase, Depends(QueryOf(OfKnowledgeBase))]
) -> Files:
    """Files only, oldest first; `s3_url` downloads one, for a while."""
    request = ListDocuments(user_id=user_id, knowledge_base=str(query.kb_uuid))
    listed = await app.knowledge.list_documents(request)
    return Files(files=listed.documents)


@router.get(
    "/api/analytics/assistant/{assistant_id:uuid}/knowledge-files/",
    summary="List the files of an assistant",
)
async def list_knowledge_files(app: App, user_id: Caller, assistant_id: UUID) -> list[Document]:
    """Those of its knowledge base, oldest first; none where it has no knowledge base."""
    whose = AssistantOf(user_id=user_id, assistant_uuid=assistant_id)
    base = (await app.assistants.get_configuration(whose)).knowledge_base
    if base is None:
        return []
    try:
        listed = await app.knowledge.list_documents(
            ListDocuments(user_id=user_id, knowledge_base=str(base))
        )
    except NotFound:  # deleted a moment ago: the assistant has not heard of it yet
        return []
    return listed.documents
