"""knowledge over RPC, one method per method of its protocol."""

from contracts.rpc import knowledge
from services.gateway.adapters.rpc.service import Service


class KnowledgeRpc(Service):
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
