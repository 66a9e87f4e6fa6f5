"""assistants over RPC, and what it is told by events."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers, listens
from chassis.nameko_fixes import DeadlineRpc
from contracts.events.auth import UserDeleted
from contracts.events.knowledge import KnowledgeBaseDeleted
from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    Assistant,
    AssistantOf,
    AssistantSummaries,
    Deleted,
    ExportedAssistant,
    FinalPrompt,
    ImportConfiguration,
    ImportedAssistant,
    KnowledgeBaseSet,
    ListConfigurations,
    OfUser,
    PreviewConfiguration,
    PreviewedConfiguration,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
    UpdateDefault,
)
from contracts.rpc.knowledge import TaskStarted
from services.assistants.adapters.knowledge_rpc import RpcKnowledgeBases
from services.assistants.entrypoints.rpc_conversations import ConversationsDoor
from services.assistants.entrypoints.rpc_user_tools import UserToolsDoor
from services.assistants.entrypoints.rpc_whatsapp import WhatsAppDoor
from services.assistants.wiring.rpc import Application


class AssistantsService(ConversationsDoor, WhatsAppDoor, UserToolsDoor):
    """The protocol `contracts.rpc.assistants.configurations.Assistants`."""

    name = "assistants"
    app: Application = Wired()
    knowledge = DeadlineRpc("knowledge")
    new_uuid: UUID = NewUuid()

    @answers(SaveConfiguration)
    def save_configuration(self, request: SaveConfiguration) -> Assistant:
        return self.app.save_assistant(request, new_uuid=self.new_uuid)

    @answers(ListConfigurations)
    def list_configurations(self, request: ListConfigurations) -> AssistantSummaries:
        return self.app.list_assistants(request)

    @answers(AssistantOf)
    def get_configuration(self, request: AssistantOf) -> Assistant:
        return self.app.get_assistant(request)

    @answers(UpdateConfiguration)
    def update_configuration(self, request: UpdateConfiguration) -> Assistant:
        return self.app.update_assistant(request)

    @answers(OfUser)
    def get_default_configuration(self, request: OfUser) -> Assistant:
        return self.app.get_default_assistant(request)

    @answers(UpdateDefault)
    def update_default_configuration(self, request: UpdateDefault) -> Assistant:
        return self.app.update_default_assistant(request)

    @answers(AssistantOf)
    def delete_configuration(self, request: AssistantOf) -> Deleted:
        return self.app.delete_assistant(request)

    @answers(ArchiveConfiguration)
    def archive_configuration(self, request: ArchiveConfiguration) -> Assistant:
        return self.app.archive_assistant(request)

    @answers(AssistantOf)
    def duplicate_configuration(self, request: AssistantOf) -> Assistant:
        return self.app.duplicate_assistant(request, new_uuid=self.new_uuid)

    @answers(AssistantOf)
    def export_configuration(self, request: AssistantOf) -> ExportedAssistant:
        return self.app.export_assistant(request)

    @answers(ImportConfiguration)
    def import_configuration(self, request: ImportConfiguration) -> ImportedAssistant:
        return self.app.import_assistant(
            request, new_uuid=self.new_uuid, knowledge_bases=RpcKnowledgeBases(self.knowledge)
        )

    @answers(AssistantOf)
    def get_final_prompt(self, request: AssistantOf) -> FinalPrompt:
        return self.app.get_final_prompt(request)

    @answers(PreviewConfiguration)
    def preview_configuration(self, request: PreviewConfiguration) -> PreviewedConfiguration:
        return self.app.preview_assistant(
            request, knowledge_bases=RpcKnowledgeBases(self.knowledge)
        )

    @answers(SetKnowledgeBase)
    def set_knowledge_base(self, request: SetKnowledgeBase) -> KnowledgeBaseSet:
        return self.app.set_knowledge_base(
            request, knowledge_bases=RpcKnowledgeBases(self.knowledge)
        )

    @answers(AssistantOf)
    def ensure_knowledge_base(self, request: AssistantOf) -> KnowledgeBaseSet:
        return self.app.ensure_knowledge_base(
            request, knowledge_bases=RpcKnowledgeBases(self.knowledge)
        )

    @answers(AssistantOf)
    def start_indexing(self, request: AssistantOf) -> TaskStarted:
        return self.app.start_indexing(request, knowledge_bases=RpcKnowledgeBases(self.knowledge))


class AssistantsEvents:
    """What others announce; a class of its own, so that events cannot keep questions waiting."""

    name = "assistants-events"
    app: Application = Wired()

    @listens(KnowledgeBaseDeleted)
    def on_knowledge_base_deleted(self, event: KnowledgeBaseDeleted, message_id: UUID) -> None:
        self.app.forget_knowledge_base(event, message_id=message_id)

    @listens(UserDeleted)
    def on_user_deleted(self, event: UserDeleted, message_id: UUID) -> None:
        self.app.remove_user(event, message_id=message_id)
