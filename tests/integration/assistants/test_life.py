"""The default assistant, deletion, archive, copies and files, over RabbitMQ and in PostgreSQL."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import grpc
import pytest
from grpc import aio
from sqlalchemy import Engine, text

from chassis.rpc_client import RpcClient
from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    Assistant,
    AssistantFields,
    AssistantOf,
    AssistantSummaries,
    Deleted,
    ExportedAssistant,
    FinalPrompt,
    ImportConfiguration,
    ImportedAssistant,
    KnowledgeBaseSet,
    ListConfigurations,
    OfUser,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
    UpdateDefault,
)
from contracts.rpc.knowledge import TaskStarted
from contracts.shapes import Shape
from local.stack import Stack

from .conftest import Chat, process

Ask = Callable[[str, Shape, type[Any]], Any]
Make = Callable[..., Assistant]
FIELDS: dict[str, Any] = {
    "assistant_name": "Zoë (Copy)",
    "examples": [{"question": "Q", "answer": "A"}],
    "languages": ["Swahili"],
    "temperature": 0.1,
    "frequency_penalty": -1.5,
    "data_to_capture": {"b": [1.5, None, {"a": "ü"}]},
    "json_mode": True,
}
OWN = {"id", "assistant_uuid", "archived_at", "created_at", "updated_at"}


@pytest.fixture(scope="module", autouse=True)
def _knowledge(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    log = tmp_path_factory.mktemp("knowledge") / "knowledge.log"
    command = [sys.executable, "-m", "tests.integration.assistants.knowledge_stand_in"]
    with process(command, log, stack.environment):
        yield


@pytest.fixture
def ask(rpc: RpcClient) -> Ask:
    async def asked(method: str, request: Shape, answer: type[Any]) -> Any:
        return await rpc.call("assistants", method, request, answer, capability="Assistants")

    return asked


@pytest.fixture
async def made(ask: Ask, user_id: int) -> Assistant:
    request = SaveConfiguration(user_id=user_id, fields=AssistantFields.from_wire(FIELDS))
    made = await ask("save_configuration", request, Assistant)
    assert isinstance(made, Assistant)
    return made


def mine(assistant: Assistant, user_id: int) -> dict[str, Any]:
    return {"user_id": user_id, "assistant_uuid": assistant.assistant_uuid}


async def listed(ask: Ask, user_id: int, **options: bool) -> set[UUID]:
    request = ListConfigurations(user_id=user_id, **options)
    answer = await ask("list_configurations", request, AssistantSummaries)
    return {each.assistant_uuid for each in answer.assistants}


async def test_all_who_first_ask_for_the_default_assistant_get_the_same(
    ask: Ask, chat: Chat, user_id: int
) -> None:
    request = OfUser(user_id=user_id)
    shown = await asyncio.gather(
        *(ask("get_default_configuration", request, Assistant) for _ in range(12))
    )
    change = UpdateDefault(user_id=user_id, fields=AssistantFields(model_name="stop_sequence"))
    changed = await ask("update_default_configuration", change, Assistant)
    answered = await chat.ask("Hello?")

    assert len({each.assistant_uuid for each in shown}) == 1
    assert changed.assistant_uuid == shown[0].assistant_uuid
    assert changed.model_name == answered.done.model == "stop_sequence"
    assert await listed(ask, user_id) == {changed.assistant_uuid}


async def test_a_default_assistant_that_chat_made_is_the_one_that_is_shown(
    ask: Ask, chat: Chat, user_id: int, engine: Engine
) -> None:
    await chat.ask("Hello?")
    shown = await ask("get_default_configuration", OfUser(user_id=user_id), Assistant)

    with engine.connect() as connection:
        count = text("select count(*) from assistant where user_id = :user_id and is_default")
        assert connection.execute(count, {"user_id": user_id}).scalar() == 1
    assert shown.agent_name == "Agent360"


async def test_a_deleted_assistant_is_gone_everywhere_and_its_rows_are_kept(
    ask: Ask, chat: Chat, user_id: int, engine: Engine
) -> None:
    change = UpdateDefault(user_id=user_id, fields=AssistantFields(model_name="stop_sequence"))
    gone = await ask("update_default_configuration", change, Assistant)
    conversation = (await chat.ask("Hello?")).done.conversation_id
    of_it = mine(gone, user_id)
    with pytest.raises(NotFound):
        await ask(
            "delete_configuration", AssistantOf(**{**of_it, "user_id": user_id + 500_000}), Deleted
        )

    deleted = await ask("delete_configuration", AssistantOf(**of_it), Deleted)

    assert deleted.assistant_uuid == gone.assistant_uuid
    requests: list[tuple[str, Shape, type[Shape]]] = [
        ("delete_configuration", AssistantOf(**of_it), Deleted),
        ("get_configuration", AssistantOf(**of_it), Assistant),
        ("get_final_prompt", AssistantOf(**of_it), FinalPrompt),
        ("export_configuration", AssistantOf(**of_it), ExportedAssistant),
        ("duplicate_configuration", AssistantOf(**of_it), Assistant),
        ("archive_configuration", ArchiveConfiguration(**of_it), Assistant),
        ("ensure_knowledge_base", AssistantOf(**of_it), KnowledgeBaseSet),
        ("set_knowledge_base", SetKnowledgeBase(**of_it), KnowledgeBaseSet),
        ("start_indexing", AssistantOf(**of_it), TaskStarted),
        (
            "update_configuration",
            UpdateConfiguration(**of_it, fields=AssistantFields(goal="x")),
            Assistant,
        ),
        (
            "save_configuration",
            SaveConfiguration(**of_it, fields=AssistantFields(goal="x")),
            Assistant,
        ),
    ]
    for method, request, answer in requests:
        with pytest.raises(NotFound) as caught:
            await ask(method, request, answer)
        assert caught.value.extra == {"what": "assistant"}, method
    for options in ({"assistant": gone}, {"conversation": conversation}):
        with pytest.raises(aio.AioRpcError) as refused:
            await chat.ask("Hello?", **options)
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND
    assert await listed(ask, user_id, include_archived=True) == set()
    with engine.connect() as connection:
        count = text(
            "select count(*) from message join conversation c on c.id = conversation_id"
            " where c.conversation_uuid = :conversation"
        )
        assert connection.execute(count, {"conversation": conversation}).scalar() == 2

    anew = await ask("get_default_configuration", OfUser(user_id=user_id), Assistant)
    assert (anew.assistant_uuid != gone.assistant_uuid, anew.model_name) == (True, "")


async def test_an_archived_assistant_is_hidden_and_refuses_until_it_is_restored(
    ask: Ask, chat: Chat, user_id: int, make_assistant: Make
) -> None:
    kept = make_assistant(model_name="stop_sequence")
    of_it = mine(kept, user_id)

    async def archive(action: str | None = None) -> Assistant:
        request = ArchiveConfiguration.from_wire({**of_it, "action": action})
        answer = await ask("archive_configuration", request, Assistant)
        assert isinstance(answer, Assistant)
        return answer

    archived = await archive("archive")
    again = await archive("archive")
    assert archived.archived_at is not None
    assert again.archived_at == archived.archived_at
    assert await listed(ask, user_id) == set()
    assert await listed(ask, user_id, include_archived=True) == {kept.assistant_uuid}
    with pytest.raises(aio.AioRpcError) as refused:
        await chat.ask("Hello?", assistant=kept)
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION

    restored = await archive()
    assert restored.model_copy(update={"updated_at": kept.updated_at}) == kept
    assert (await archive()).archived_at is not None
    assert (await archive("unarchive")).archived_at is None
    assert (await chat.ask("Hello?", assistant=kept)).done.finish_reason == "stop_sequence"


async def test_copies_and_imports_are_equal_to_the_original(
    ask: Ask, made: Assistant, user_id: int
) -> None:
    of_it = AssistantOf(**mine(made, user_id))
    chosen = await ask("ensure_knowledge_base", of_it, KnowledgeBaseSet)
    original = (await ask("get_configuration", of_it, Assistant)).to_wire()

    copy = (await ask("duplicate_configuration", of_it, Assistant)).to_wire()
    exported = await ask("export_configuration", of_it, ExportedAssistant)
    document = exported.to_wire()["configuration"]
    request = ImportConfiguration(
        user_id=user_id,
        fields=AssistantFields.from_wire(document),
        knowledge_base=document["knowledge_base"],
    )
    imported = await ask("import_configuration", request, ImportedAssistant)

    assert document == original
    assert original["knowledge_base"] == str(chosen.knowledge_base)
    for name, value in original.items():
        if name in {"id", "assistant_uuid"}:
            assert len({copy[name], getattr(imported.assistant, name), value}) == 3
        elif name not in OWN:
            assert copy[name] == ("Zoë (Copy) (Copy)" if name == "assistant_name" else value)
            told = imported.assistant.to_wire()[name]
            assert told == (None if name == "knowledge_base" else value)
    assert imported.ignored == ["knowledge_base"]  # the stand-in knows the other one only


async def test_an_assistant_gets_one_knowledge_base_however_many_ask_at_once(
    ask: Ask, made: Assistant, user_id: int
) -> None:
    request = AssistantOf(**mine(made, user_id))

    given = await asyncio.gather(
        *(ask("ensure_knowledge_base", request, KnowledgeBaseSet) for _ in range(8))
    )

    assert len({each.knowledge_base for each in given}) == 1
    shown = await ask("get_configuration", request, Assistant)
    assert shown.knowledge_base == given[0].knowledge_base
    foreign = request.model_copy(update={"user_id": user_id + 500_000})
    with pytest.raises(NotFound):
        await ask("ensure_knowledge_base", foreign, KnowledgeBaseSet)
