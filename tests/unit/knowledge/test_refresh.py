"""Replacing and deleting documents, changing knowledge bases: what use cases decide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import InvalidRequest, NotFound, TooLarge, Unavailable
from contracts.rpc.knowledge import (
    BeginRefresh,
    ChangeKnowledgeBase,
    CompleteUpload,
    DocumentOf,
    KnowledgeBase,
    KnowledgeBaseFields,
    KnowledgeBaseOf,
    Refreshed,
    UploadTicket,
)
from services.knowledge.domain.data_table import DataTable, TableColumn
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.usecases.begin_refresh import PrepareRefresh
from services.knowledge.usecases.change_knowledge_base import (
    AlterKnowledgeBase,
    RemoveKnowledgeBase,
)
from services.knowledge.usecases.complete_refresh import FinishRefresh
from services.knowledge.usecases.complete_upload import FinishDataUpload, FinishUpload
from services.knowledge.usecases.keep_tables import KeepTables
from services.knowledge.usecases.remove_document import RemoveDocument

from .fakes import (
    MODEL,
    FakeDocuments,
    FakeKnowledgeBases,
    FakeModels,
    FakeTasks,
    FakeUploads,
)
from .test_uploads import Desk as Uploading


class Tables:
    """A table per line of the file; `!` in front is a reason why not."""

    def read(self, path: Path, _kind: str, folder: Path) -> list[DataTable]:
        text = path.read_text()
        if text.startswith("!"):
            raise ExtractionFailed(text[1:])
        tables = []
        for number, line in enumerate(text.split()):
            (folder / f"{number}.parquet").write_text(line)
            column = TableColumn(name=line, type="text", filled=1)
            tables.append(DataTable(sheet=line, rows=1, columns=(column,), head=((line,),)))
        return tables


@dataclass
class Desk(Uploading):
    tables: Tables = field(default_factory=Tables)

    def begin_refresh(
        self, name: str = "a.txt", size: int = 3, user_id: int = 1, **fields: Any
    ) -> UploadTicket:
        documents = FakeDocuments(self.world)
        prepare = PrepareRefresh(find_base=self.find_base, documents=documents, issue=self.issue)
        return prepare(BeginRefresh(user_id=user_id, file_name=name, size_bytes=size, **fields))

    @property
    def keep_tables(self) -> KeepTables:
        return KeepTables(
            check=self.check,
            uploads=FakeUploads(self.world),
            objects=self.objects,
            reader=self.tables,
        )

    def complete_refresh(self, ticket: UploadTicket, user_id: int = 1) -> Refreshed:
        finish = FinishRefresh(
            check=self.check,
            keep_tables=self.keep_tables,
            tasks=FakeTasks(self.world),
            describe=self.describe,
            new_id=uuid4,
        )
        return finish(CompleteUpload(user_id=user_id, upload_id=ticket.upload_id))

    def refresh(self, content: bytes, name: str = "a.txt", **fields: Any) -> Refreshed:
        ticket = self.begin_refresh(name, len(content), **fields)
        self.put(ticket, content)
        return self.complete_refresh(ticket)

    def complete_data(self, ticket: UploadTicket) -> Any:
        finish = FinishDataUpload(
            check=self.check,
            keep_tables=self.keep_tables,
            uploads=FakeUploads(self.world),
            describe=self.describe,
        )
        return finish(CompleteUpload(user_id=1, upload_id=ticket.upload_id))


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.world.base()
    return made


@pytest.fixture
def base(desk: Desk) -> KnowledgeBase:
    return next(iter(desk.world.bases.values()))


def test_new_bytes_are_indexed_at_once_under_a_new_revision(desk, base) -> None:
    row = desk.world.to_index(base)
    row.status, before = "indexed", (row.revision, row.object_key)
    refreshed = desk.refresh(b"new")
    assert (refreshed.document.id, refreshed.document.size) == (row.id, 3)
    assert row.status == "indexing"
    assert row.revision > before[0]
    assert row.object_key != before[1]
    assert desk.world.jobs == [(row.id, refreshed.task_id)]


def test_a_refresh_joins_the_task_that_runs(desk, base) -> None:
    for _ in range(2):
        desk.world.document(base)
    first, second = desk.refresh(b"one"), desk.refresh(b"two")
    assert first.task_id == second.task_id
    assert len(desk.world.tasks) == 1


def test_a_refresh_completed_twice_is_indexed_once(desk, base) -> None:
    desk.world.document(base)
    ticket = desk.begin_refresh(size=3)
    desk.put(ticket, b"new")
    assert desk.complete_refresh(ticket).task_id == desk.complete_refresh(ticket).task_id
    assert len(desk.world.jobs) == 1


def test_of_several_of_one_name_the_newest_is_meant(desk, base) -> None:
    _, newest = desk.world.document(base), desk.world.document(base)
    assert desk.refresh(b"new").document.id == newest.id


def test_a_name_in_several_bases_needs_its_base(desk, base) -> None:
    other = desk.world.base()
    desk.world.document(base)
    there = desk.world.document(other)
    with pytest.raises(InvalidRequest) as refused:
        desk.begin_refresh()
    assert list(refused.value.fields) == ["kb_uuid"]
    assert desk.refresh(b"new", knowledge_base=str(other.uuid)).document.id == there.id


def test_the_name_is_what_an_upload_would_have_made_of_it(desk, base) -> None:
    row = desk.world.document(base, "Zo\u00eb.txt")
    assert desk.refresh(b"new", name="Zoe\u0308.txt").document.id == row.id


@pytest.mark.parametrize(
    ("fields", "error", "what"),
    [
        ({"name": "b.txt"}, NotFound, "document"),
        ({"user_id": 2}, NotFound, "document"),
        ({"knowledge_base": str(uuid4())}, NotFound, "knowledge_base"),
        ({"size": 101}, TooLarge, None),
        ({"size": 0}, InvalidRequest, None),
    ],
)
def test_a_refresh_that_cannot_be_gets_no_ticket(desk, base, fields, error, what) -> None:
    desk.world.document(base)
    with pytest.raises(error) as refused:
        desk.begin_refresh(**fields)
    assert refused.value.extra.get("what") == what
    assert desk.world.uploads == {}


def test_bytes_that_the_name_does_not_promise_change_nothing(desk, base) -> None:
    row = desk.world.document(base)
    key = row.object_key
    ticket = desk.begin_refresh(size=5)
    desk.put(ticket, b"%PDF-")
    with pytest.raises(InvalidRequest, match="Invalid"):
        desk.complete_refresh(ticket)
    assert (row.object_key, row.status, desk.objects.stored) == (key, "uploaded", {})


def test_a_document_that_went_meanwhile_is_not_found(desk, base) -> None:
    row = desk.world.document(base)
    ticket = desk.begin_refresh(size=3)
    desk.put(ticket, b"new")
    del desk.world.rows[row.id]
    with pytest.raises(NotFound):
        desk.complete_refresh(ticket)
    assert desk.world.tasks == {}


def test_a_ticket_is_good_for_its_own_purpose_only(desk, base) -> None:
    desk.world.document(base)
    refresh, data = desk.begin_refresh(size=3), desk.begin("a.csv", 3, kind="data_excel")
    upload = desk.begin("b.txt", 3)
    for ticket in (refresh, data, upload):
        desk.put(ticket, b"a,b")
    wrong: list[tuple[Callable[[UploadTicket], Any], UploadTicket]] = [
        (desk.complete, refresh),
        (desk.complete, data),
        (desk.complete_refresh, upload),
        (desk.complete_data, upload),
        (desk.complete_data, refresh),
    ]
    for complete, ticket in wrong:
        with pytest.raises(NotFound):
            complete(ticket)


def test_a_data_excel_keeps_a_table_per_sheet(desk, base) -> None:
    ticket = desk.begin("a.csv", 7, kind="data_excel")
    desk.put(ticket, b"one two")
    made = desk.complete_data(ticket)
    assert made.summary.count("Info:") == 2
    folder = f"tables/{base.uuid}/{ticket.upload_id}"
    assert desk.objects.stored[f"{folder}/1.parquet"] == b"two"
    assert desk.world.reserved == set()
    assert desk.complete_data(ticket) == made


def test_tables_that_cannot_be_read_leave_nothing(desk, base) -> None:
    ticket = desk.begin("a.csv", 4, kind="data_excel")
    desk.put(ticket, b"!Bad")
    with pytest.raises(InvalidRequest) as refused:
        desk.complete_data(ticket)
    assert refused.value.fields == {"file": ["Bad"]}
    assert (desk.objects.stored, desk.world.rows) == ({}, {})


def test_tables_of_a_document_that_does_not_come_about_are_cleared_away(desk, base) -> None:
    ticket = desk.begin("a.csv", 3, kind="data_excel")
    desk.put(ticket, b"one")
    kept = desk.keep_tables(desk.world.uploads[ticket.upload_id])  # and then the process dies
    assert desk.world.reserved == {kept.tables[0].key}


def test_no_table_is_kept_for_a_ticket_that_went_meanwhile(desk, base) -> None:
    ticket = desk.begin("a.csv", 3, kind="data_excel")
    desk.put(ticket, b"one")
    upload = desk.world.uploads.pop(ticket.upload_id)
    with pytest.raises(NotFound):
        desk.keep_tables(upload)
    assert list(desk.objects.stored) == [upload.object_key]


def test_a_document_is_deleted_once_and_by_its_owner(desk, base) -> None:
    row = desk.world.document(base)
    remove = RemoveDocument(documents=FakeDocuments(desk.world))
    with pytest.raises(NotFound):
        remove(DocumentOf(user_id=2, document_id=row.id))
    assert remove(DocumentOf(user_id=1, document_id=row.id)).kind == "file"
    with pytest.raises(NotFound):
        remove(DocumentOf(user_id=1, document_id=row.id))


def change(desk: Desk, reference: object, user_id: int = 1, **fields: Any) -> KnowledgeBase:
    alter = AlterKnowledgeBase(
        bases=FakeKnowledgeBases(desk.world),
        models=FakeModels(frozenset({"other"}), away=fields.get("embedding_model") == "away"),
        default_model=MODEL,
    )
    return alter(
        ChangeKnowledgeBase(
            user_id=user_id,
            knowledge_base=str(reference),
            fields=KnowledgeBaseFields(**fields),
        )
    )


def test_only_what_was_sent_changes(desk, base) -> None:
    changed = change(desk, base.id, top_k=3)
    assert changed == base.model_copy(update={"top_k": 3})
    assert change(desk, base.uuid, embedding_model="other").embedding_model == "other"
    assert change(desk, base.uuid, embedding_model=None).embedding_model == MODEL


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"chunk_overlap": 512}, "chunk_overlap"),
        ({"chunk_size": 32}, "chunk_size"),
        ({"chunk_size": 64, "chunk_overlap": 64}, "chunk_overlap"),
        ({"embedding_model": "none"}, "embedding_model"),
    ],
)
def test_what_does_not_fit_is_told_on_the_field_that_was_sent(desk, base, fields, wrong) -> None:
    with pytest.raises(InvalidRequest) as refused:
        change(desk, base.id, **fields)
    assert list(refused.value.fields) == [wrong]
    assert desk.world.bases[base.uuid] == base


@pytest.mark.parametrize("reference", [2, "x", uuid4()])
def test_a_base_that_is_not_there_is_not_found(desk, base, reference) -> None:
    with pytest.raises(NotFound):
        change(desk, reference, embedding_model="none")
    with pytest.raises(NotFound):
        change(desk, base.id, user_id=2)


def test_nothing_changes_while_the_model_cannot_be_asked_for(desk, base) -> None:
    with pytest.raises(Unavailable):
        change(desk, base.id, embedding_model="away", top_k=1)
    assert desk.world.bases[base.uuid] == base


def test_a_base_is_deleted_once_and_by_its_owner(desk, base) -> None:
    remove = RemoveKnowledgeBase(bases=FakeKnowledgeBases(desk.world))
    with pytest.raises(NotFound):
        remove(KnowledgeBaseOf(user_id=2, knowledge_base=str(base.id)))
    assert remove(KnowledgeBaseOf(user_id=1, knowledge_base=str(base.uuid))).uuid == base.uuid
    with pytest.raises(NotFound):
        remove(KnowledgeBaseOf(user_id=1, knowledge_base=str(base.id)))


def test_a_base_that_goes_under_a_request_gets_no_ticket(desk, base) -> None:
    desk.world.bases.clear()
    with pytest.raises(NotFound):
        desk.issue(user_id=1, base=base, name="a.txt", kind="file", size_bytes=3)
    assert desk.world.uploads == {}


def test_an_upload_into_a_base_that_went_is_not_found(desk, base) -> None:
    ticket = desk.begin("a.txt", 5)
    desk.put(ticket, b"hello")
    upload = desk.world.uploads[ticket.upload_id]

    class Gone(FakeUploads):
        def complete(self, *_: object) -> None:
            return None

    finish = FinishUpload(check=desk.check, uploads=Gone(desk.world), describe=desk.describe)
    with pytest.raises(NotFound):
        finish(CompleteUpload(user_id=1, upload_id=upload.id))
