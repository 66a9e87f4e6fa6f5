"""assistants' configurations over RPC, one method per method of their protocol."""

from contracts.rpc import knowledge
from contracts.rpc.assistants import configurations as assistants
from services.gateway.adapters.rpc.service import Service


class AssistantsRpc(Service):
    """The port `Assistants`."""

    SERVICE = "assistants"
    CAPABILITY = "The assistants service"

    async def save_configuration(
        self, request: assistants.SaveConfiguration
    ) -> assistants.Assistant:
        return await self._ask("save_configuration", request, assistants.Assistant)

    async def list_configurations(
        self, request: assistants.ListConfigurations
    ) -> assistants.AssistantSummaries:
        listed = await self._ask_all(
            "list_configurations", request, assistants.AssistantSummaries, "assistants"
        )
        listed.assistants.sort(key=lambda each: each.updated_at, reverse=True)
        return listed

    async def get_configuration(self, request: assistants.AssistantOf) -> assistants.Assistant:
        return await self._ask("get_configuration", request, assistants.Assistant)

    async def update_configuration(
        self, request: assistants.UpdateConfiguration
    ) -> assistants.Assistant:
        return await self._ask("update_configuration", request, assistants.Assistant)

    async def get_default_configuration(self, request: assistants.OfUser) -> assistants.Assistant:
        return await self._ask("get_default_configuration", request, assistants.Assistant)

    async def update_default_configuration(
        self, request: assistants.UpdateDefault
    ) -> assistants.Assistant:
        return await self._ask("update_default_configuration", request, assistants.Assistant)

    async def delete_configuration(self, request: assistants.AssistantOf) -> assistants.Deleted:
        return await self._ask("delete_configuration", request, assistants.Deleted)

    async def duplicate_configuration(
        self, request: assistants.AssistantOf
    ) -> assistants.Assistant:
        return await self._ask("duplicate_configuration", request, assistants.Assistant)

    async def archive_configuration(
        self, request: assistants.ArchiveConfiguration
    ) -> assistants.Assistant:
        return await self._ask("archive_configuration", request, assistants.Assistant)

    async def export_configuration(
        self, request: assistants.AssistantOf
    ) -> assistants.ExportedAssistant:
        return await self._ask("export_configuration", request, assistants.ExportedAssistant)

    async def import_configuration(
        self, request: assistants.ImportConfiguration
    ) -> assistants.ImportedAssistant:
        return await self._ask("import_configuration", request, assistants.ImportedAssistant)

    async def get_final_prompt(self, request: assistants.AssistantOf) -> assistants.FinalPrompt:
        return await self._ask("get_final_prompt", request, assistants.FinalPrompt)

    async def set_knowledge_base(
        self, request: assistants.SetKnowledgeBase
    ) -> assistants.KnowledgeBaseSet:
        return await self._ask("set_knowledge_base", request, assistants.KnowledgeBaseSet)

    async def ensure_knowledge_base(
        self, request: assistants.AssistantOf
    ) -> assistants.KnowledgeBaseSet:
        return await self._ask("ensure_knowledge_base", request, assistants.KnowledgeBaseSet)

    async def start_indexing(self, request: assistants.AssistantOf) -> knowledge.TaskStarted:
        return await self._ask("start_indexing", request, knowledge.TaskStarted)
