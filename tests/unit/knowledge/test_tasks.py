"""Tasks: which documents they take, and who may see them."""

from uuid import uuid4

import pytest

from contracts.errors import InvalidRequest, NotFound, Unavailable
from contracts.rpc.knowledge import CreateKnowledgeBase, KnowledgeBaseOf, ListKnowledgeBases, TaskOf
from services.knowledge.usecases.create_knowledge_base import MakeKnowledgeBase
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase, ShowKnowledgeBases
from services.knowledge.usecases.get_task import ReportTask
from services.knowledge.usecases.start_indexing import BeginIndexing

from .fakes import MODEL, FakeKnowledgeBases, FakeModels, FakeTasks, World, settings_of


@pytest.fixture
def world() -> World:
    return World()


def start(world: World, base, user_id: int = 1):
    begin = BeginIndexing(tasks=FakeTasks(world), new_id=uuid4)
    request = KnowledgeBaseOf(user_id=user_id, knowledge_base=str(base.id))
    return begin(request).task_id


def test_everything_that_is_not_indexed_as_it_should_be_gets_a_job(world) -> None:
    base = world.base()
    signature = settings_of(base).signature
    for status, indexed_with in (
        ("uploaded", None),
        ("failed", None),
        ("indexed", signature),
        ("indexed", "of other settings"),
    ):
        world.document(base, status=status, indexed_with=indexed_with)
    world.document(world.base())  # of another base
    task_id = start(world, base)
    assert world.jobs == [(1, task_id), (2, task_id), (4, task_id)]


def test_a_task_without_documents_has_succeeded(world) -> None:
    task_id = start(world, world.base())
    assert world.tasks[task_id]["status"] == "SUCCESS"
    assert world.jobs == []


def test_a_running_task_takes_in_what_was_uploaded_since(world) -> None:
    base = world.base()
    world.document(base)
    first = start(world, base)
    world.document(base)
    assert start(world, base) == first
    assert start(world, base) == first
    assert world.jobs == [(1, first), (2, first)]


@pytest.mark.parametrize("user_id", [2])
def test_nobody_else_starts_or_sees_it(world, user_id) -> None:
    base = world.base()
    world.document(base)
    with pytest.raises(NotFound):
        start(world, base, user_id)
    assert world.jobs == []
    task_id = start(world, base)
    report = ReportTask(tasks=FakeTasks(world))
    assert report(TaskOf(user_id=1, task_id=str(task_id))).status == "PENDING"
    for stranger, text in ((user_id, str(task_id)), (1, "x"), (1, str(uuid4()))):
        with pytest.raises(NotFound) as missing:
            report(TaskOf(user_id=stranger, task_id=text))
        assert missing.value.extra == {"what": "task"}


@pytest.mark.parametrize("reference", ["0", "-1", "9" * 30, "１", "", "x" * 36, "urn:uuid:1"])
def test_what_is_no_reference_names_nothing(world, reference) -> None:
    world.base()
    find = FindKnowledgeBase(bases=FakeKnowledgeBases(world))
    request = KnowledgeBaseOf.model_construct(user_id=1, knowledge_base=reference)
    with pytest.raises(NotFound):
        find(request)


def test_bases_are_found_by_number_and_by_uuid_and_listed_newest_first(world) -> None:
    first, second = world.base(), world.base()
    world.base(user_id=2)
    bases = FakeKnowledgeBases(world)
    find = FindKnowledgeBase(bases=bases)
    for reference in (str(first.id), str(first.uuid), first.uuid.hex):
        assert find(KnowledgeBaseOf(user_id=1, knowledge_base=reference)) == first
    listed = ShowKnowledgeBases(bases=bases)(ListKnowledgeBases(user_id=1)).knowledge_bases
    assert listed == [second, first]


def test_the_installations_own_model_needs_no_question(world) -> None:
    models = FakeModels(away=True)

    def make(model: str | None):
        make_base = MakeKnowledgeBase(
            bases=FakeKnowledgeBases(world), models=models, default_model=MODEL
        )
        request = CreateKnowledgeBase(user_id=1, name="x", embedding_model=model)
        return make_base(request, new_uuid=uuid4())

    assert make(None).embedding_model == make(MODEL).embedding_model == MODEL
    with pytest.raises(Unavailable):
        make("other")
    models.away = False
    with pytest.raises(InvalidRequest):
        make("other")
    models.names |= {"other"}
    assert make("other").embedding_model == "other"
    assert len(world.bases) == 3
