"""knowledge over RPC."""

from chassis.nameko_door import Wired, answers
from contracts.rpc.knowledge import (
    AddLink,
    BeginUpload,
    ChangeLink,
    CompleteUpload,
    CreateKnowledgeBase,
    Document,
    Documents,
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBases,
    Link,
    LinkDeleted,
    LinkKnowledgeBase,
    LinkOf,
    Links,
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

    @answers(LinkKnowledgeBase)
    def list_links(self, request: LinkKnowledgeBase) -> Links:
        return self.app.links.show(request)

    @answers(AddLink)
    def add_link(self, request: AddLink) -> Link:
        return self.app.links.add(request)

    @answers(ChangeLink)
    def update_link(self, request: ChangeLink) -> Link:
        return self.app.links.change(request)

    @answers(LinkOf)
    def delete_link(self, request: LinkOf) -> LinkDeleted:
        return self.app.links.remove(request)

    @answers(KnowledgeBaseOf)
    def start_indexing(self, request: KnowledgeBaseOf) -> TaskStarted:
        return self.app.start_indexing(request)

    @answers(TaskOf)
    def get_task(self, request: TaskOf) -> TaskStatus:
        return self.app.get_task(request)
