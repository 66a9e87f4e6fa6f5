"""Use cases of the rpc process."""

from uuid import UUID

import pytest

from contracts.errors import InvalidRequest, NotFound, Unavailable
from contracts.events.knowledge import KnowledgeBaseDeleted
from contracts.rpc.assistants.configurations import (
    AssistantFields,
    AssistantOf,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
)
from services.assistants.usecases.ensure_knowledge_base import EnsureKnowledgeBase
from services.assistants.usecases.forget_knowledge_base import ForgetKnowledgeBase
from services.assistants.usecases.save_assistant import SaveAssistant
from services.assistants.usecases.set_knowledge_base import SetKnowledgeBaseOf
from services.assistants.usecases.start_indexing import StartIndexing
from services.assistants.usecases.update_assistant import UpdateAssistant
from tests.unit.assistants.fakes import (
    ANN,
    HANDBOOK,
    TASK,
    FakeAssistants,
    FakeKnowledgeBases,
    an_assistant,
)

NEW = UUID(int=9)


@pytest.fixture
def assistants() -> FakeAssistants:
    return FakeAssistants({(1, ANN): an_assistant(goal="Sell.")})


def test_saving_without_a_uuid_makes_an_assistant_once_per_call(assistants: FakeAssistants) -> None:
    save = SaveAssistant(assistants=assistants)
    request = SaveConfiguration(user_id=1, fields=AssistantFields(agent_name="Bo"))

    made = save(request, new_uuid=NEW)
    again = save(request, new_uuid=NEW)

    assert made == again
    assert (made.assistant_uuid, made.agent_name, made.temperature) == (NEW, "Bo", 0.7)
    assert len(assistants.by_owner) == 2


def test_saving_with_a_uuid_changes_only_what_was_set(assistants: FakeAssistants) -> None:
    fields = AssistantFields(agent_name="Bo")
    save = SaveAssistant(assistants=assistants)

    changed = save(SaveConfiguration(user_id=1, assistant_uuid=ANN, fields=fields), new_uuid=NEW)

    assert (changed.agent_name, changed.goal) == ("Bo", "Sell.")
    with pytest.raises(NotFound):
        save(SaveConfiguration(user_id=2, assistant_uuid=ANN, fields=fields), new_uuid=NEW)
    assert list(assistants.by_owner) == [(1, ANN)]


def test_an_update_is_partial(assistants: FakeAssistants) -> None:
    request = UpdateConfiguration(
        user_id=1, assistant_uuid=ANN, fields=AssistantFields.from_wire({"topP": 0.5})
    )

    changed = UpdateAssistant(assistants=assistants)(request)

    assert (changed.top_p, changed.goal) == (0.5, "Sell.")


def test_a_knowledge_base_is_set_by_its_uuid_whatever_it_was_called(
    assistants: FakeAssistants,
) -> None:
    set_one = SetKnowledgeBaseOf(assistants=assistants)
    mine = {"user_id": 1, "assistant_uuid": ANN}

    given = set_one(
        SetKnowledgeBase(**mine, knowledge_base="7"), knowledge_bases=FakeKnowledgeBases()
    )
    cleared = set_one(
        SetKnowledgeBase(**mine), knowledge_bases=FakeKnowledgeBases(AssertionError())
    )  # type: ignore[arg-type]

    assert given.knowledge_base == HANDBOOK
    assert cleared.knowledge_base is None


@pytest.mark.parametrize(
    ("user_id", "reference", "error", "what"),
    [
        (2, "7", None, "assistant"),
        (2, "9", None, "assistant"),
        (1, "9", None, "knowledge_base"),
        (1, "7", Unavailable.of("Knowledge"), None),
    ],
)
def test_a_knowledge_base_that_cannot_be_set_changes_nothing(
    assistants: FakeAssistants,
    user_id: int,
    reference: str,
    error: Unavailable | None,
    what: str | None,
) -> None:
    request = SetKnowledgeBase(user_id=user_id, assistant_uuid=ANN, knowledge_base=reference)

    with pytest.raises((NotFound, Unavailable)) as caught:
        SetKnowledgeBaseOf(assistants=assistants)(
            request, knowledge_bases=FakeKnowledgeBases(error)
        )

    assert caught.value.extra.get("what") == what
    assert assistants.by_owner[1, ANN].knowledge_base is None


def test_an_assistant_without_a_knowledge_base_gets_one_of_its_name(
    assistants: FakeAssistants,
) -> None:
    ensure, knowledge = EnsureKnowledgeBase(assistants=assistants), FakeKnowledgeBases()

    for _ in range(2):
        given = ensure(AssistantOf(user_id=1, assistant_uuid=ANN), knowledge_bases=knowledge)
        assert given.knowledge_base == HANDBOOK
    assert knowledge.created == [(1, "SupportGPT")]
    with pytest.raises(NotFound):
        ensure(AssistantOf(user_id=2, assistant_uuid=ANN), knowledge_bases=knowledge)


def test_indexing_is_the_knowledge_bases(assistants: FakeAssistants) -> None:
    knowledge = FakeKnowledgeBases()
    start = StartIndexing(assistants=assistants)
    request = AssistantOf(user_id=1, assistant_uuid=ANN)

    with pytest.raises(InvalidRequest) as caught:
        start(request, knowledge_bases=knowledge)
    assistants.change(user_id=1, assistant_uuid=ANN, changes={"knowledge_base": HANDBOOK})
    started = start(request, knowledge_bases=knowledge)

    assert caught.value.fields == {"assistant_id": ["This assistant has no knowledge base."]}
    assert (started.task_id, knowledge.started) == (TASK, [HANDBOOK])


def test_a_deleted_knowledge_base_is_forgotten_once_per_message(
    assistants: FakeAssistants,
) -> None:
    forget = ForgetKnowledgeBase(assistants=assistants)
    event = KnowledgeBaseDeleted(user_id=1, knowledge_base_uuid=HANDBOOK)
    for _ in range(2):
        assistants.change(user_id=1, assistant_uuid=ANN, changes={"knowledge_base": HANDBOOK})
        forget(event, message_id=NEW)

    assert assistants.by_owner[1, ANN].knowledge_base == HANDBOOK  # set anew after the first
