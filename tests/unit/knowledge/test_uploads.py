"""Uploads: what is announced, what arrives, and who may say that it has."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from contracts.errors import InvalidRequest, NotFound, TooLarge, Unavailable
from contracts.rpc.knowledge import BeginUpload, CompleteUpload, UploadTicket
from services.knowledge.usecases.begin_upload import PrepareUpload
from services.knowledge.usecases.check_arrival import CheckArrival
from services.knowledge.usecases.complete_upload import FinishUpload
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase
from services.knowledge.usecases.issue_ticket import IssueTicket

from .fakes import NOW, FakeKnowledgeBases, FakeObjects, FakeUploads, World


@dataclass
class Desk:
    world: World = field(default_factory=World)
    objects: FakeObjects = field(default_factory=FakeObjects)
    clock: datetime = NOW

    def begin(self, name: str = "a.txt", size: int = 5, **fields: object) -> UploadTicket:
        base = next(iter(self.world.bases.values()))
        request = BeginUpload.model_validate(
            {"user_id": 1, "knowledge_base": base.id, "file_name": name, "size_bytes": size}
            | fields
        )
        return PrepareUpload(find_base=self.find_base, issue=self.issue)(request)

    @property
    def find_base(self) -> FindKnowledgeBase:
        return FindKnowledgeBase(bases=FakeKnowledgeBases(self.world))

    @property
    def issue(self) -> IssueTicket:
        return IssueTicket(
            uploads=FakeUploads(self.world),
            objects=self.objects,
            limit_bytes=100,
            lifetime=timedelta(minutes=15),
            new_id=uuid4,
            now=lambda: self.clock,
        )

    @property
    def check(self) -> CheckArrival:
        return CheckArrival(
            uploads=FakeUploads(self.world), objects=self.objects, now=lambda: self.clock
        )

    @property
    def describe(self) -> DescribeDocument:
        return DescribeDocument(objects=self.objects, url_lifetime=timedelta(hours=1))

    def put(self, ticket: UploadTicket, content: bytes) -> None:
        self.objects.stored[self.world.uploads[ticket.upload_id].object_key] = content

    def complete(self, ticket: UploadTicket, user_id: int = 1):
        return FinishUpload(
            check=self.check, uploads=FakeUploads(self.world), describe=self.describe
        )(CompleteUpload(user_id=user_id, upload_id=ticket.upload_id))


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.world.base()
    return made


def test_a_completed_upload_is_a_document(desk) -> None:
    ticket = desk.begin("dir/../a.txt")
    assert ticket.put_url.endswith(":5")
    assert ticket.expires_at == NOW + timedelta(minutes=15)
    desk.put(ticket, b"hello")
    document = desk.complete(ticket)
    assert (document.name, document.status, document.size) == ("a.txt", "uploaded", 5)
    assert desk.complete(ticket).id == document.id
    assert len(desk.world.rows) == 1


@pytest.mark.parametrize("name", ["a.exe", "a", "a.doc"])
def test_an_unsupported_type_gets_no_ticket(desk, name) -> None:
    with pytest.raises(InvalidRequest) as refused:
        desk.begin(name)
    assert "Supported types" in refused.value.fields["file"][0]
    assert desk.world.uploads == {}


def test_a_text_is_no_excel(desk) -> None:
    with pytest.raises(InvalidRequest, match="Invalid"):
        desk.begin("a.txt", kind="excel")
    assert desk.begin("a.xlsx", kind="excel").put_url


def test_an_empty_file_gets_no_ticket(desk) -> None:
    with pytest.raises(InvalidRequest) as refused:
        desk.begin(size=0)
    assert refused.value.fields == {"file": ["The submitted file is empty."]}


def test_a_file_over_the_limit_gets_no_ticket(desk) -> None:
    assert desk.begin(size=100)
    with pytest.raises(TooLarge, match="101 bytes; at most 100"):
        desk.begin(size=101)


@pytest.mark.parametrize("reference", ["2", "no", str(uuid4())])
def test_a_base_that_is_not_mine_gets_no_ticket(desk, reference) -> None:
    desk.world.base(user_id=2)
    with pytest.raises(NotFound) as missing:
        desk.begin(knowledge_base=reference)
    assert missing.value.extra == {"what": "knowledge_base"}


def test_nobody_else_completes_it(desk) -> None:
    ticket = desk.begin()
    desk.put(ticket, b"hello")
    with pytest.raises(NotFound) as missing:
        desk.complete(ticket, user_id=2)
    assert missing.value.extra == {"what": "upload"}
    assert desk.world.rows == {}


def test_nothing_is_completed_before_its_bytes_are_there(desk) -> None:
    ticket = desk.begin()
    with pytest.raises(InvalidRequest) as refused:
        desk.complete(ticket)
    assert refused.value.fields == {"file": ["The file has not been uploaded."]}
    desk.put(ticket, b"hello")
    assert desk.complete(ticket)


@pytest.mark.parametrize(("name", "content"), [("a.txt", b"hell"), ("a.pdf", b"hello")])
def test_what_is_not_what_was_announced_is_deleted_for_good(desk, name, content) -> None:
    ticket = desk.begin(name)
    desk.put(ticket, content)
    with pytest.raises(InvalidRequest):
        desk.complete(ticket)
    assert desk.objects.stored == {}
    desk.put(ticket, b"%PDF-")
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            desk.complete(ticket)
    assert desk.world.rows == {}


def test_a_ticket_far_out_of_date_is_worth_nothing(desk) -> None:
    ticket, kept = desk.begin(), desk.begin()
    for each in (ticket, kept):
        desk.put(each, b"hello")
    document = desk.complete(kept)
    desk.clock = NOW + timedelta(minutes=46)
    with pytest.raises(NotFound):
        desk.complete(ticket)
    assert desk.complete(kept).id == document.id


def test_nothing_changes_while_object_storage_is_away(desk) -> None:
    ticket = desk.begin()
    desk.put(ticket, b"hello")
    desk.objects.away = True
    with pytest.raises(Unavailable):
        desk.complete(ticket)
    desk.objects.away = False
    assert desk.complete(ticket).size == 5
