"""The default assistant, deletion, archive, copies, files."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotFound, Unavailable
from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    Assistant,
    AssistantFields,
    AssistantOf,
    ImportConfiguration,
    OfUser,
    UpdateDefault,
)
from services.assistants.domain.naming import name_of_copy
from services.assistants.usecases.archive_assistant import ArchiveAssistant
from services.assistants.usecases.default_assistant import (
    GetDefaultAssistant,
    UpdateDefaultAssistant,
)
from services.assistants.usecases.delete_assistant import DeleteAssistant
from services.assistants.usecases.duplicate_assistant import DuplicateAssistant
from services.assistants.usecases.export_assistant import ExportAssistant, ImportAssistant
from tests.unit.assistants.fakes import (
    ANN,
    HANDBOOK,
    MOMENT,
    FakeAssistants,
    FakeKnowledgeBases,
    an_assistant,
)
from tests.unit.assistants.user_tool_fakes import FakeUserTools, a_tool

NEW, NEWER = UUID(int=9), UUID(int=10)
TOOLS = FakeUserTools([a_tool(uuid=UUID(int=77))])
MINE = AssistantOf(user_id=1, assistant_uuid=ANN)
THEIRS = AssistantOf(user_id=2, assistant_uuid=ANN)
NOW = datetime(2026, 3, 4, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "assistant_name": "Ann",
    "agent_name": "Bo",
    "organisation_name": "Acme",
    "organisation_description": "Anvils",
    "examples": [{"question": "Q", "answer": "A"}],
    "goal": "Sell.",
    "system_instructions": "Be kind.",
    "conversation_tone": "Dry",
    "use_last_user_language": False,
    "languages": ["Swahili"],
    "enable_emojis": True,
    "answer_competitor_queries": True,
    "competitor_response_bias": "biased",
    "model_provider": "cohere",
    "model_name": "command",
    "temperature": 0.1,
    "max_tokens": 5,
    "top_p": 0.2,
    "frequency_penalty": -1.5,
    "stream_responses": False,
    "json_mode": True,
    "auto_tool_choice": False,
    "selected_tools": [TOOLS.tools[0].uuid],
    "knowledge_processing_instructions": "Quote.",
    "data_to_capture": {"email": {"of": ["whom"]}},
}


@pytest.fixture
def assistants() -> FakeAssistants:
    return FakeAssistants({(1, ANN): an_assistant(**EVERYTHING, knowledge_base=HANDBOOK)})


def uuids(*made: UUID) -> Callable[[], UUID]:
    left = list(made)
    return lambda: left.pop(0)


def decided(assistant: Assistant, *, without: str = "") -> dict[str, Any]:
    """What a user decided of it."""
    names = [*AssistantFields.model_fields, "knowledge_base"]
    return {name: getattr(assistant, name) for name in names if name != without}


def test_these_tests_change_every_field() -> None:
    defaults = AssistantFields()
    assert set(EVERYTHING) == set(AssistantFields.model_fields)
    assert not [name for name in EVERYTHING if EVERYTHING[name] == getattr(defaults, name)]


def test_the_default_assistant_is_made_once_and_anew_after_its_deletion(
    assistants: FakeAssistants,
) -> None:
    get = GetDefaultAssistant(assistants=assistants, new_uuid=uuids(NEW, NEWER, NEWER))
    change = UpdateDefaultAssistant(assistants=assistants, new_uuid=uuids(NEWER))

    first = get(OfUser(user_id=1))
    changed = change(UpdateDefault(user_id=1, fields=AssistantFields.from_wire({"topP": 0.5})))
    assert (first.assistant_uuid, first.agent_name) == (NEW, "Agent360")
    assert changed == first.model_copy(update={"top_p": 0.5}) == get(OfUser(user_id=1))

    DeleteAssistant(assistants=assistants)(AssistantOf(user_id=1, assistant_uuid=NEW))
    assert get(OfUser(user_id=1)).assistant_uuid == NEWER


def test_a_default_assistant_may_begin_with_a_change(assistants: FakeAssistants) -> None:
    change = UpdateDefaultAssistant(assistants=assistants, new_uuid=uuids(NEW))

    made = change(UpdateDefault(user_id=1, fields=AssistantFields(goal="Help.")))

    assert (made.assistant_uuid, made.goal, made.temperature) == (NEW, "Help.", 0.7)


def test_a_deleted_assistant_is_deleted_once(assistants: FakeAssistants) -> None:
    delete = DeleteAssistant(assistants=assistants)
    with pytest.raises(NotFound):
        delete(THEIRS)
    assert delete(MINE).assistant_uuid == ANN
    with pytest.raises(NotFound):
        delete(MINE)


def test_archiving_is_idempotent_and_toggles_without_an_action(
    assistants: FakeAssistants,
) -> None:
    archive = ArchiveAssistant(assistants=assistants)

    def ask(action: Any) -> datetime | None:
        return archive(ArchiveConfiguration(**MINE.model_dump(), action=action)).archived_at

    actions = ["archive", "archive", None, None, "unarchive", "unarchive"]
    assert [ask(action) for action in actions] == [MOMENT, MOMENT, None, MOMENT, None, None]


def test_a_copy_is_equal_but_for_its_name_and_active(assistants: FakeAssistants) -> None:
    duplicate = DuplicateAssistant(assistants=assistants)
    original = assistants.change(user_id=1, assistant_uuid=ANN, changes={"archived_at": MOMENT})

    copy, again = (duplicate(MINE, new_uuid=NEW) for _ in range(2))

    assert copy == again
    assert (copy.assistant_uuid, copy.assistant_name) == (NEW, "Ann (Copy)")
    assert copy.archived_at is None
    assert decided(copy, without="assistant_name") == decided(original, without="assistant_name")
    with pytest.raises(NotFound):
        duplicate(THEIRS, new_uuid=NEWER)


@pytest.mark.parametrize(
    ("name", "copied"),
    [
        ("Ann", "Ann (Copy)"),
        ("Ann (Copy)", "Ann (Copy) (Copy)"),
        ("x" * 248, "x" * 248 + " (Copy)"),
        ("x" * 255, "x" * 248 + " (Copy)"),
        ("ü" * 247 + " yz", "ü" * 247 + " (Copy)"),
    ],
)
def test_the_name_of_a_copy_fits(name: str, copied: str) -> None:
    assert name_of_copy(name) == copied
    assert len(copied) <= 255


def test_what_was_exported_is_imported_as_an_equal_assistant(assistants: FakeAssistants) -> None:
    export = ExportAssistant(assistants=assistants, now=lambda: NOW)
    document = export(MINE).to_wire()
    assert document["export_metadata"] == {
        "version": "1.0",
        "exported_at": "2026-03-04T00:00:00Z",
        "product": "Parlance",
    }
    request = ImportConfiguration(
        user_id=1, fields=AssistantFields.from_wire(document["configuration"]), knowledge_base=None
    )
    imported = ImportAssistant(assistants=assistants, tools=TOOLS)(
        request, new_uuid=NEW, knowledge_bases=FakeKnowledgeBases()
    )

    original = assistants.get(user_id=1, assistant_uuid=ANN)
    assert imported.ignored == []
    assert imported.assistant.assistant_uuid == NEW
    assert decided(imported.assistant, without="knowledge_base") == decided(
        original, without="knowledge_base"
    )
    with pytest.raises(NotFound):
        export(THEIRS)


class Handbook(FakeKnowledgeBases):
    """Knows the handbook by its UUID."""

    def resolve(self, *, user_id: int, knowledge_base: str) -> UUID:
        reference = "7" if knowledge_base == str(HANDBOOK) else knowledge_base
        return super().resolve(user_id=user_id, knowledge_base=reference)


@pytest.mark.parametrize(
    ("user_id", "named", "chosen", "ignored"),
    [
        (1, HANDBOOK, HANDBOOK, []),
        (1, NEWER, None, ["knowledge_base"]),
        (2, HANDBOOK, None, ["knowledge_base"]),
    ],
)
def test_an_imported_knowledge_base_counts_where_it_is_the_importers(
    assistants: FakeAssistants, user_id: int, named: UUID, chosen: UUID | None, ignored: list[str]
) -> None:
    request = ImportConfiguration(user_id=user_id, fields=AssistantFields(), knowledge_base=named)

    imported = ImportAssistant(assistants=assistants, tools=TOOLS)(
        request, new_uuid=NEW, knowledge_bases=Handbook()
    )

    assert (imported.assistant.knowledge_base, imported.ignored) == (chosen, ignored)


def test_tools_of_others_are_left_out_of_an_import(assistants: FakeAssistants) -> None:
    own = TOOLS.tools[0].uuid
    fields = AssistantFields(selected_tools=[UUID(int=78), own])
    request = ImportConfiguration(user_id=1, fields=fields)

    imported = ImportAssistant(assistants=assistants, tools=TOOLS)(
        request, new_uuid=NEW, knowledge_bases=FakeKnowledgeBases()
    )

    assert (imported.assistant.selected_tools, imported.ignored) == ([own], ["selected_tools"])


def test_an_import_that_cannot_ask_writes_nothing(assistants: FakeAssistants) -> None:
    request = ImportConfiguration(user_id=1, fields=AssistantFields(), knowledge_base=HANDBOOK)
    away = FakeKnowledgeBases(Unavailable.of("Knowledge"))

    with pytest.raises(Unavailable):
        ImportAssistant(assistants=assistants, tools=TOOLS)(
            request, new_uuid=NEW, knowledge_bases=away
        )
    assert list(assistants.by_owner) == [(1, ANN)]
