"""knowledge over RPC."""

from chassis.nameko_door import Wired, answers
from contracts.rpc.knowledge import (
    BeginUpload,
    CompleteUpload,
    CreateKnowledgeBase,
    Document,
    Documents,
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBases,
    ListDocuments,
    TaskOf,
    TaskStarted,
    TaskStatus,
    UploadTicket,
    UserRef,
)
from services.knowledge.wiring.rpc import Application


class KnowledgeService:
    """The protocol `contracts.rpc.knowledge.Knowledge`."""

    name = "knowledge"
    app: Application = Wired()

    @answers(CreateKnowledgeBase)
    def create_knowledge_base(self, request: CreateKnowledgeBase) -> KnowledgeBase:
        return self.app.create_knowledge_base(request)

    @answers(UserRef)
    def list_knowledge_bases(self, request: UserRef) -> KnowledgeBases:
        return self.app.list_knowledge_bases(request)

    @answers(KnowledgeBaseOf)
    def get_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBase:
        return self.app.get_knowledge_base(request)

    @answers(BeginUpload)
    def begin_upload(self, request: BeginUpload) -> UploadTicket:
        return self.app.begin_upload(request)

    @answers(CompleteUpload)
    def complete_upload(self, request: CompleteUpload) -> Document:
        return self.app.complete_upload(request)

    @answers(ListDocuments)
    def list_documents(self, request: ListDocuments) -> Documents:
        return self.app.list_documents(request)

    @answers(KnowledgeBaseOf)
    def start_indexing(self, request: KnowledgeBaseOf) -> TaskStarted:
        return self.app.start_indexing(request)

    @answers(TaskOf)
    def get_task(self, request: TaskOf) -> TaskStatus:
        return self.app.get_task(request)
