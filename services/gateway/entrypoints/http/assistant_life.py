"""Endpoints 18, 46, 47 and 48, and import: assistants are deleted, copied, archived, and put into files."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    AssistantFields,
    AssistantOf,
    ExportedAssistant,
    ImportConfiguration,
)
from services.gateway.domain.attachment import content_disposition
from services.gateway.entrypoints.http.assistant_bodies import (
    ArchiveAction,
    AssistantDone,
    AssistantFile,
    AssistantImported,
    Succeeded,
)
from services.gateway.entrypoints.http.body import JSON, BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("assistants")
CONFIGURATION = "/api/analytics/assistant/config/{uuid:uuid}"
ACTION = BodyOf(ArchiveAction, example={"action": "archive"})
LONGER = 4
"""An assistant is written in several requests, and its file is read in one."""
FILE = BodyOf(
    AssistantFile,
    inside="configuration",
    file="file",
    times_usual_length=LONGER,
    example={
        "export_metadata": {"version": "1.0"},
        "configuration": {"assistant_name": "SupportGPT", "agent_name": "Ada"},
    },
)
AS_A_FILE = {"headers": {"Content-Disposition": {"schema": {"type": "string"}}}}


@router.post(f"{CONFIGURATION}/delete/", summary="Delete an assistant")
async def delete_configuration(app: App, user_id: Caller, uuid: UUID) -> Succeeded:
    """It is gone from every list and endpoint, and its conversations with it; the data are kept."""
    await app.assistants.delete_configuration(AssistantOf(user_id=user_id, assistant_uuid=uuid))
    return Succeeded(success=True)


@router.post(f"{CONFIGURATION}/duplicate/", status_code=201, summary="Duplicate an assistant")
async def duplicate_configuration(app: App, user_id: Caller, uuid: UUID) -> AssistantDone:
    """A copy with its own UUID, and "(Copy)" behind its name; the copy of an archived one is active."""
    request = AssistantOf(user_id=user_id, assistant_uuid=uuid)
    copy = await app.assistants.duplicate_configuration(request)
    message = "Assistant configuration duplicated successfully."
    return AssistantDone(success=True, message=message, data=copy)


@router.post(f"{CONFIGURATION}/archive/", summary="Archive or restore an assistant")
async def archive_configuration(
    app: App, user_id: Caller, uuid: UUID, body: Annotated[ArchiveAction, Depends(ACTION)]
) -> AssistantDone:
    """Without an `action` it toggles. An archived assistant is not listed, and refuses to chat."""
    request = ArchiveConfiguration(user_id=user_id, assistant_uuid=uuid, action=body.action)
    assistant = await app.assistants.archive_configuration(request)
    state = "archived" if assistant.archived_at else "restored"
    return AssistantDone(success=True, message=f"Assistant configuration {state}.", data=assistant)


@router.get(
    f"{CONFIGURATION}/export/",
    summary="Export an assistant as a file",
    response_model=ExportedAssistant,
    responses={200: AS_A_FILE},
)
async def export_configuration(app: App, user_id: Caller, uuid: UUID) -> Response:
    """A JSON file; `POST /api/analytics/assistant/import/` makes an equal assistant of it."""
    request = AssistantOf(user_id=user_id, assistant_uuid=uuid)
    exported = await app.assistants.export_configuration(request)
    disposition = content_disposition(
        before="assistant_", name=exported.configuration.assistant_name, after="_export.json"
    )
    return Response(
        exported.model_dump_json(indent=2),
        media_type=JSON,
        headers={"Content-Disposition": disposition},
    )


@router.post(
    "/api/analytics/assistant/import/", status_code=201, summary="Import an exported assistant"
)
async def import_configuration(
    app: App, user_id: Caller, body: Annotated[AssistantFile, Depends(FILE)]
) -> AssistantImported:
    """A new assistant. Ids and times in the file are not read; a knowledge base counts where it is yours."""
    changes = body.configuration.changes()
    knowledge_base = changes.pop("knowledge_base", None)
    request = ImportConfiguration(
        user_id=user_id, fields=AssistantFields(**changes), knowledge_base=knowledge_base
    )
    imported = await app.assistants.import_configuration(request)
    return AssistantImported(
        success=True,
        message="Assistant configuration imported successfully.",
        data=imported.assistant,
        ignored=imported.ignored,
    )
