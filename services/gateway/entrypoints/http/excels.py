"""Endpoints 10, 11 and 44, and the list of data Excels: spreadsheets of a knowledge base."""

from typing import Annotated

from fastapi import Depends

from contracts.rpc.knowledge import BeginUpload, DataExcel, Document, Kind, ListDocuments
from services.gateway.entrypoints.http.bodies import Files, OfKnowledgeBase
from services.gateway.entrypoints.http.body import QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.uploads import Upload, UploadOf
from services.gateway.wiring import Application

router = private_router("spreadsheets")
UPLOADED = Annotated[Upload, Depends(UploadOf())]
WHICH = Annotated[OfKnowledgeBase, Depends(QueryOf(OfKnowledgeBase))]


@router.post("/api/analytics/knowledgebase/add-excel/", status_code=201, summary="Add an Excel")
async def add_excel(app: App, user_id: Caller, uploaded: UPLOADED) -> Document:
    """Its visible sheets are indexed as rows beside their columns' names (`index-documents` starts it).

    xlsx, xlsm, xls, xlsb, ods, csv and tsv. `kb_uuid` may come as a query parameter too.
    """
    with referring(knowledge_base="kb_uuid"):
        return await app.upload_document(_announced(user_id, uploaded, "excel"), uploaded.content)


@router.get("/api/analytics/knowledgebase/excels", summary="List the Excels of a knowledge base")
async def list_excels(app: App, user_id: Caller, query: WHICH) -> Files:
    """Oldest first; `s3_url` downloads one, for a while."""
    return await _listed(app, user_id, query, "excel")


@router.post(
    "/api/analytics/knowledgebase/add-dataexcel/", status_code=201, summary="Add a data Excel"
)
async def add_data_excel(app: App, user_id: Caller, uploaded: UPLOADED) -> DataExcel:
    """Keeps the tables themselves; `summary` tells columns, types and first rows of every sheet.

    xlsx, xlsm, xls, ods and csv. A file whose tables cannot be read is refused, and nothing is kept.
    """
    with referring(knowledge_base="kb_uuid"):
        request = _announced(user_id, uploaded, "data_excel")
        return await app.upload_document.data_excel(request, uploaded.content)


@router.get(
    "/api/analytics/knowledgebase/dataexcels/", summary="List the data Excels of a knowledge base"
)
async def list_data_excels(app: App, user_id: Caller, query: WHICH) -> Files:
    """Oldest first; `s3_url` downloads one, for a while."""
    return await _listed(app, user_id, query, "data_excel")


def _announced(user_id: int, uploaded: Upload, kind: Kind) -> BeginUpload:
    return BeginUpload(
        user_id=user_id,
        knowledge_base=str(uploaded.knowledge_base),
        file_name=uploaded.name,
        size_bytes=uploaded.size_bytes,
        kind=kind,
    )


async def _listed(app: Application, user_id: int, query: OfKnowledgeBase, kind: Kind) -> Files:
    request = ListDocuments(user_id=user_id, knowledge_base=str(query.kb_uuid), kind=kind)
    return Files(files=(await app.knowledge.list_documents(request)).documents)
