"""Endpoints 3, 14, 16, 17, 23 and 35: configurations of assistants."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    AssistantOf,
    AssistantSummary,
    FinalPrompt,
    ListConfigurations,
    OfUser,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
    UpdateDefault,
)
from services.gateway.entrypoints.http.bodies import (
    AssistantKnowledgeBase,
    Configuration,
    ConfigurationSaved,
    KnowledgeBaseOfAssistant,
    OfAssistant,
    WhichConfigurations,
)
from services.gateway.entrypoints.http.body import BodyOf, QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router

router = private_router("assistants")
FIELDS_EXAMPLE = {
    "agent_name": "Ada",
    "organisation_name": "Acme",
    "organisation_description": "We make anvils.",
    "examples": [{"question": "Do you ship?", "answer": "Yes, worldwide."}],
    "goal": "Answer questions about orders",
}
NEW = BodyOf(Configuration, example=FIELDS_EXAMPLE)
CHANGES = BodyOf(AssistantFields, example={"goal": "Answer questions about orders"})
BOTH = BodyOf(
    AssistantKnowledgeBase,
    example={"assistant_id": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10", "kb_id": 1},
)
DEFAULT = "/api/analytics/assistant/config/"
CONFIGURATION = "/api/analytics/assistant/config/{uuid:uuid}/"


@router.post(
    "/api/analytics/save-configuration", summary="Save a configuration", responses={404: {}}
)
async def save_configuration(
    app: App, user_id: Caller, body: Annotated[Configuration, Depends(NEW)]
) -> ConfigurationSaved:
    """Without `model_uuid` a new assistant; with one, that assistant's fields that are present."""
    changes = body.changes()
    changes.pop("model_uuid", None)
    request = SaveConfiguration(
        user_id=user_id, assistant_uuid=body.model_uuid, fields=AssistantFields(**changes)
    )
    saved = await app.assistants.save_configuration(request)
    return ConfigurationSaved(
        message="Configuration saved successfully!", model_uuid=saved.assistant_uuid
    )


@router.get("/api/analytics/assistant/configs/", summary="List my assistants")
async def list_configurations(
    app: App,
    user_id: Caller,
    query: Annotated[WhichConfigurations, Depends(QueryOf(WhichConfigurations))],
) -> list[AssistantSummary]:
    """Newest first; archived ones only with `include_archived=true`."""
    request = ListConfigurations(user_id=user_id, include_archived=query.include_archived)
    return (await app.assistants.list_configurations(request)).assistants


@router.get(DEFAULT, summary="Get my default assistant")
async def get_default_configuration(app: App, user_id: Caller) -> Assistant:
    """The one that answers where a chat names none; made when it is first asked for."""
    return await app.assistants.get_default_configuration(OfUser(user_id=user_id))


@router.put(DEFAULT, summary="Update my default assistant")
async def update_default_configuration(
    app: App, user_id: Caller, body: Annotated[AssistantFields, Depends(CHANGES)]
) -> Assistant:
    """What is absent stays. Both spellings are accepted: `agent_name` and `agentName`."""
    request = UpdateDefault(user_id=user_id, fields=body)
    return await app.assistants.update_default_configuration(request)


@router.get(CONFIGURATION, summary="Get an assistant")
async def get_configuration(app: App, user_id: Caller, uuid: UUID) -> Assistant:
    """The whole object."""
    request = AssistantOf(user_id=user_id, assistant_uuid=uuid)
    return await app.assistants.get_configuration(request)


@router.put(CONFIGURATION, summary="Update an assistant")
async def update_configuration(
    app: App, user_id: Caller, uuid: UUID, body: Annotated[AssistantFields, Depends(CHANGES)]
) -> Assistant:
    """What is absent stays. Both spellings are accepted: `agent_name` and `agentName`."""
    request = UpdateConfiguration(user_id=user_id, assistant_uuid=uuid, fields=body)
    return await app.assistants.update_configuration(request)


@router.get("/api/analytics/assistant/final-prompt/", summary="Get the rendered prompt")
async def get_final_prompt(
    app: App, user_id: Caller, query: Annotated[OfAssistant, Depends(QueryOf(OfAssistant))]
) -> FinalPrompt:
    """Exactly the system prompt that chat would send, knowledge excerpts aside."""
    request = AssistantOf(user_id=user_id, assistant_uuid=query.assistant_uuid)
    return await app.assistants.get_final_prompt(request)


@router.post("/api/analytics/set_assistant_kb/", summary="Set an assistant's knowledge base")
async def set_knowledge_base(
    app: App, user_id: Caller, body: Annotated[AssistantKnowledgeBase, Depends(BOTH)]
) -> KnowledgeBaseOfAssistant:
    """`kb_id` is an integer id or a UUID; null clears; absent, it only tells what is set."""
    request = SetKnowledgeBase(
        user_id=user_id, assistant_uuid=body.assistant_id, knowledge_base=body.kb_id
    )
    with referring(assistant="assistant_id", knowledge_base="kb_id"):
        if "kb_id" not in body.model_fields_set:
            shown = await app.assistants.get_configuration(
                AssistantOf(user_id=user_id, assistant_uuid=body.assistant_id)
            )
            return KnowledgeBaseOfAssistant(success=True, knowledge_base=shown.knowledge_base)
        answer = await app.assistants.set_knowledge_base(request)
    return KnowledgeBaseOfAssistant(success=True, knowledge_base=answer.knowledge_base)
