"""knowledge over RPC."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers
from contracts.rpc.knowledge import (
    AddLink,
    BeginRefresh,
    BeginUpload,
    ChangeKnowledgeBase,
    ChangeLink,
    CheckedLink,
    CheckLink,
    CompleteUpload,
    CreateKnowledgeBase,
    DataExcel,
    Document,
    DocumentOf,
    DocumentRemoved,
    Documents,
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBaseRemoved,
    KnowledgeBases,
    Link,
    LinkDeleted,
    LinkOf,
    Links,
    ListDocuments,
    ListKnowledgeBases,
    ListLinks,
    Refreshed,
    SampledPassages,
    SamplePassages,
    TaskOf,
    TaskStarted,
    TaskStatus,
    UploadTicket,
)
from services.knowledge.wiring.rpc import Application


class KnowledgeService:
    """The protocol `contracts.rpc.knowledge.Knowledge`."""

    name = "knowledge"
    app: Application = Wired()
    new_uuid: UUID = NewUuid()

    @answers(CreateKnowledgeBase)
    def create_knowledge_base(self, request: CreateKnowledgeBase) -> KnowledgeBase:
        return self.app.create_knowledge_base(request, new_uuid=self.new_uuid)

    @answers(ListKnowledgeBases)
    def list_knowledge_bases(self, request: ListKnowledgeBases) -> KnowledgeBases:
        return self.app.list_knowledge_bases(request)

    @answers(KnowledgeBaseOf)
    def get_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBase:
        return self.app.get_knowledge_base(request)

    @answers(ChangeKnowledgeBase)
    def update_knowledge_base(self, request: ChangeKnowledgeBase) -> KnowledgeBase:
        return self.app.update_knowledge_base(request)

    @answers(KnowledgeBaseOf)
    def delete_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBaseRemoved:
        return self.app.delete_knowledge_base(request)

    @answers(BeginUpload)
    def begin_upload(self, request: BeginUpload) -> UploadTicket:
        return self.app.begin_upload(request)

    @answers(CompleteUpload)
    def complete_upload(self, request: CompleteUpload) -> Document:
        return self.app.complete_upload(request)

    @answers(CompleteUpload)
    def complete_data_upload(self, request: CompleteUpload) -> DataExcel:
        return self.app.complete_data_upload(request)

    @answers(BeginRefresh)
    def begin_refresh(self, request: BeginRefresh) -> UploadTicket:
        return self.app.begin_refresh(request)

    @answers(CompleteUpload)
    def complete_refresh(self, request: CompleteUpload) -> Refreshed:
        return self.app.complete_refresh(request)

    @answers(DocumentOf)
    def delete_document(self, request: DocumentOf) -> DocumentRemoved:
        return self.app.delete_document(request)

    @answers(ListDocuments)
    def list_documents(self, request: ListDocuments) -> Documents:
        return self.app.list_documents(request)

    @answers(ListLinks)
    def list_links(self, request: ListLinks) -> Links:
        return self.app.links.show(request)

    @answers(CheckLink)
    def check_link(self, request: CheckLink) -> CheckedLink:
        return self.app.links.check(request)

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

    @answers(SamplePassages)
    def sample_passages(self, request: SamplePassages) -> SampledPassages:
        return self.app.sample_passages(request)
