"""The services over RPC, one method per method of their protocols."""

import asyncio
from typing import Any, ClassVar, TypeVar

from chassis.rpc_client import RpcClient
from contracts.errors import Unavailable
from contracts.rpc import assistants, auth, knowledge
from contracts.shapes import Shape

Answer = TypeVar("Answer", bound=Shape)


class _Service:
    """A service by its name on the bus and its name for people."""

    SERVICE: ClassVar[str]
    CAPABILITY: ClassVar[str]
    LIST_TIMEOUT_S = 60  # all pages of it

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    async def _ask(
        self,
        method: str,
        request: Shape | None,
        answer: type[Answer],
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        return await self._client.call(
            self.SERVICE,
            method,
            request,
            answer,
            capability=self.CAPABILITY,
            timeout_s=timeout_s,
        )

    async def _ask_all(self, method: str, request: Any, page: type[Answer], rows: str) -> Answer:
        """A list in one piece; `rows` is the member that holds it in a `page`."""
        everything: list[Any] = []
        try:
            async with asyncio.timeout(self.LIST_TIMEOUT_S):
                while True:
                    part: Any = await self._ask(method, request, page)
                    everything += getattr(part, rows)
                    if part.next is None:
                        return page.model_validate({rows: everything})
                    request = request.model_copy(update={"after": part.next})
        except TimeoutError:
            raise Unavailable.of(self.CAPABILITY) from None


class AuthRpc(_Service):
    """The port `Auth`."""

    SERVICE = "auth"
    CAPABILITY = "Authentication"
    KEY_SET_TIMEOUT_S = 3  # every request may wait for it

    async def register(self, request: auth.Credentials) -> auth.Registered:
        return await self._ask("register", request, auth.Registered)

    async def issue_tokens(self, request: auth.SignIn) -> auth.TokenPair:
        return await self._ask("issue_tokens", request, auth.TokenPair)

    async def refresh_access(self, request: auth.RefreshToken) -> auth.AccessToken:
        return await self._ask("refresh_access", request, auth.AccessToken)

    async def sign_out(self, request: auth.RefreshTokenOf) -> auth.Done:
        return await self._ask("sign_out", request, auth.Done)

    async def change_password(self, request: auth.ChangePassword) -> auth.Done:
        return await self._ask("change_password", request, auth.Done)

    async def deactivate_account(self, request: auth.PasswordOf) -> auth.Done:
        return await self._ask("deactivate_account", request, auth.Done)

    async def delete_account(self, request: auth.PasswordOf) -> auth.Done:
        return await self._ask("delete_account", request, auth.Done)

    async def get_profile(self, request: auth.UserRef) -> auth.Profile:
        return await self._ask("get_profile", request, auth.Profile)

    async def get_key_set(self) -> auth.KeySet:
        return await self._ask("get_key_set", None, auth.KeySet, timeout_s=self.KEY_SET_TIMEOUT_S)

    async def connect_zoho(self, request: auth.UserRef) -> auth.AuthorizationUrl:
        return await self._ask("connect_zoho", request, auth.AuthorizationUrl)

    async def complete_zoho(self, request: auth.ZohoAnswer) -> auth.ZohoOutcome:
        return await self._ask("complete_zoho", request, auth.ZohoOutcome)


class AssistantsRpc(_Service):
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


class KnowledgeRpc(_Service):
    """The port `Knowledge`."""

    SERVICE = "knowledge"
    CAPABILITY = "Knowledge"
    TABLES_TIMEOUT_S = 75  # knowledge reads the tables of a data Excel before it answers

    async def create_knowledge_base(
        self, request: knowledge.CreateKnowledgeBase
    ) -> knowledge.KnowledgeBase:
        return await self._ask("create_knowledge_base", request, knowledge.KnowledgeBase)

    async def list_knowledge_bases(
        self, request: knowledge.ListKnowledgeBases
    ) -> knowledge.KnowledgeBases:
        return await self._ask_all(
            "list_knowledge_bases", request, knowledge.KnowledgeBases, "knowledge_bases"
        )

    async def update_knowledge_base(
        self, request: knowledge.ChangeKnowledgeBase
    ) -> knowledge.KnowledgeBase:
        return await self._ask("update_knowledge_base", request, knowledge.KnowledgeBase)

    async def delete_knowledge_base(
        self, request: knowledge.KnowledgeBaseOf
    ) -> knowledge.KnowledgeBaseRemoved:
        return await self._ask("delete_knowledge_base", request, knowledge.KnowledgeBaseRemoved)

    async def begin_upload(self, request: knowledge.BeginUpload) -> knowledge.UploadTicket:
        return await self._ask("begin_upload", request, knowledge.UploadTicket)

    async def complete_upload(self, request: knowledge.CompleteUpload) -> knowledge.Document:
        return await self._ask("complete_upload", request, knowledge.Document)

    async def complete_data_upload(self, request: knowledge.CompleteUpload) -> knowledge.DataExcel:
        return await self._ask(
            "complete_data_upload", request, knowledge.DataExcel, timeout_s=self.TABLES_TIMEOUT_S
        )

    async def begin_refresh(self, request: knowledge.BeginRefresh) -> knowledge.UploadTicket:
        return await self._ask("begin_refresh", request, knowledge.UploadTicket)

    async def complete_refresh(self, request: knowledge.CompleteUpload) -> knowledge.Refreshed:
        return await self._ask(
            "complete_refresh", request, knowledge.Refreshed, timeout_s=self.TABLES_TIMEOUT_S
        )

    async def delete_document(self, request: knowledge.DocumentOf) -> knowledge.DocumentRemoved:
        return await self._ask("delete_document", request, knowledge.DocumentRemoved)

    async def list_documents(self, request: knowledge.ListDocuments) -> knowledge.Documents:
        return await self._ask_all("list_documents", request, knowledge.Documents, "documents")

    async def list_links(self, request: knowledge.ListLinks) -> knowledge.Links:
        return await self._ask_all("list_links", request, knowledge.Links, "links")

    async def check_link(self, request: knowledge.CheckLink) -> knowledge.CheckedLink:
        return await self._ask("check_link", request, knowledge.CheckedLink)

    async def add_link(self, request: knowledge.AddLink) -> knowledge.Link:
        return await self._ask("add_link", request, knowledge.Link)

    async def update_link(self, request: knowledge.ChangeLink) -> knowledge.Link:
        return await self._ask("update_link", request, knowledge.Link)

    async def delete_link(self, request: knowledge.LinkOf) -> knowledge.LinkDeleted:
        return await self._ask("delete_link", request, knowledge.LinkDeleted)

    async def start_indexing(self, request: knowledge.KnowledgeBaseOf) -> knowledge.TaskStarted:
        return await self._ask("start_indexing", request, knowledge.TaskStarted)

    async def get_task(self, request: knowledge.TaskOf) -> knowledge.TaskStatus:
        return await self._ask("get_task", request, knowledge.TaskStatus)
