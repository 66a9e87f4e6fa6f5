"""Endpoints 7, 12, 29, 30 and 45: a document is deleted whatever its kind; its id alone says which."""

from fastapi import Response

from contracts.rpc.knowledge import DocumentOf
from services.gateway.entrypoints.http.assistant_bodies import Succeeded
from services.gateway.entrypoints.http.bodies import Message
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("documents")
BASE = "/api/analytics/knowledgebase"


@router.delete(f"{BASE}/delete/{{excel_id:id}}/", summary="Delete a file")
async def delete_file(app: App, user_id: Caller, excel_id: int) -> Message:
    """No search finds it any more; what is stored of it goes by itself."""
    await app.knowledge.delete_document(DocumentOf(user_id=user_id, document_id=excel_id))
    return Message(message="File deleted")


@router.delete(f"{BASE}/delete-excel/{{excel_id:id}}/", status_code=204, summary="Delete an Excel")
async def delete_excel(app: App, user_id: Caller, excel_id: int) -> Response:
    """As `delete`."""
    await app.knowledge.delete_document(DocumentOf(user_id=user_id, document_id=excel_id))
    return Response(status_code=204)


@router.delete(
    "/api/analytics/knowledge-file/{pk:id}/", status_code=204, summary="Delete a knowledge file"
)
async def delete_knowledge_file(app: App, user_id: Caller, pk: int) -> Response:
    """As `delete`."""
    await app.knowledge.delete_document(DocumentOf(user_id=user_id, document_id=pk))
    return Response(status_code=204)


@router.delete(
    "/api/analytics/Knowledge-excel/{pk:id}", status_code=204, summary="Delete a knowledge Excel"
)
async def delete_knowledge_excel(app: App, user_id: Caller, pk: int) -> Response:
    """As `delete`."""
    await app.knowledge.delete_document(DocumentOf(user_id=user_id, document_id=pk))
    return Response(status_code=204)


@router.delete(f"{BASE}/delete-dataexcel/{{data_excel_id:id}}/", summary="Delete a data Excel")
async def delete_data_excel(app: App, user_id: Caller, data_excel_id: int) -> Succeeded:
    """As `delete`, with its tables."""
    await app.knowledge.delete_document(DocumentOf(user_id=user_id, document_id=data_excel_id))
    return Succeeded(success=True)
