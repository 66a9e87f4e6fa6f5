"""Endpoints 4 and 6: the files of a knowledge base."""

from typing import Annotated

from fastapi import Depends

from contracts.rpc.knowledge import BeginUpload, Document, ListDocuments
from services.gateway.entrypoints.http.bodies import Files, OfKnowledgeBase
from services.gateway.entrypoints.http.body import QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.uploads import Upload, UploadOf

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


@router.get("/api/analytics/knowledgebase/list/", summary="List the files of a knowledge base")
async def list_files(
    app: App, user_id: Caller, query: Annotated[OfKnowledgeBase, Depends(QueryOf(OfKnowledgeBase))]
) -> Files:
    """Files only, oldest first; `s3_url` downloads one, for a while."""
    request = ListDocuments(user_id=user_id, knowledge_base=str(query.kb_uuid))
    listed = await app.knowledge.list_documents(request)
    return Files(files=listed.documents)
