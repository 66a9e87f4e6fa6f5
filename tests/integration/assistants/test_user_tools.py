"""Users' tools on a real broker and database, and called by a model through the real chat process."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from chassis.grpc_wire import channel
from chassis.rpc_client import RpcClient
from chassis.secret_box import secret_box
from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    AssistantOf,
    ImportConfiguration,
    ImportedAssistant,
    SaveConfiguration,
    UpdateConfiguration,
)
from contracts.rpc.assistants.tools import (
    MASK,
    ChangeUserTool,
    CreateUserTool,
    ListUserTools,
    UserTool,
    UserToolFields,
    UserToolOf,
    UserToolPage,
    UserToolRemoved,
)
from local.layout import REPOSITORY, process_environment
from local.stack import Stack
from protos.assistants.v1 import chat_pb2_grpc
from tests.unit.chassis.web_servers import Handler, Site, site

from .conftest import Chat, chat_process
from .replay import ReplayServer
from .search_stand_in import SearchStandIn

SECRET = "s3cret-t0ken"
FIELDS: dict[str, Any] = {
    "name": "Find customer",
    "description": "Finds a customer by id.",
    "endpoint_url": "https://crm.example/customers",
    "http_method": "GET",
    "auth_type": "bearer",
    "auth_credentials": {"token": SECRET},
    "headers": {"X-Api-Key": "k-" + SECRET, "Accept-Language": "de"},
    "body_schema": {"id": "The customer's id"},
}


class Tools:
    """assistants over RPC, for one user."""

    def __init__(self, client: RpcClient, user_id: int) -> None:
        self.client = client
        self.user_id = user_id

    async def ask(self, method: str, request: Any, answer: type[Any]) -> Any:
        return await self.client.call("assistants", method, request, answer, capability="Tools")

    async def create(self, **fields: Any) -> UserTool:
        sent = UserToolFields.model_validate({**FIELDS, **fields})
        request = CreateUserTool(user_id=self.user_id, fields=sent)
        made = await self.ask("create_user_tool", request, UserTool)
        assert isinstance(made, UserTool)
        return made

    async def save(self, assistant: UUID | None = None, **fields: Any) -> Assistant:
        sent = AssistantFields.model_validate(fields)
        request = SaveConfiguration(user_id=self.user_id, assistant_uuid=assistant, fields=sent)
        saved = await self.ask("save_configuration", request, Assistant)
        assert isinstance(saved, Assistant)
        return saved

    def of(self, tool: UserTool) -> UserToolOf:
        return UserToolOf(user_id=self.user_id, tool_id=tool.id)


@pytest.fixture
def tools(rpc: RpcClient, user_id: int) -> Tools:
    return Tools(rpc, user_id)


async def test_secrets_are_ciphertext_at_rest_and_masked_in_answers(
    tools: Tools, engine: Engine, stack: Stack
) -> None:
    made = await tools.create()
    change = UserToolFields(auth_credentials=made.auth_credentials, headers=made.headers)
    request = ChangeUserTool(**tools.of(made).model_dump(), fields=change)
    again = await tools.ask("update_user_tool", request, UserTool)
    listed = await tools.ask("list_user_tools", ListUserTools(user_id=tools.user_id), UserToolPage)

    assert listed.tools == [again]
    assert again == made.model_copy(update={"updated_at": again.updated_at})
    assert (made.auth_credentials, made.headers["X-Api-Key"]) == ({"token": MASK}, MASK)
    with engine.connect() as connection:
        row = connection.execute(
            text("select user_tool::text as told, sealed from user_tool where id = :id"),
            {"id": made.id},
        ).one()
    assert SECRET not in row.told
    box = secret_box(stack.environment["PARLANCE_SECRET_KEYS"])
    opened = json.loads(box.decrypt(row.sealed))
    assert opened["auth_credentials"] == {"token": SECRET}
    assert opened["headers"] == FIELDS["headers"]
    assert SECRET not in stack.log("assistants-rpc")


async def test_secrets_are_encrypted_anew_under_the_newest_key(
    tools: Tools, engine: Engine, stack: Stack
) -> None:
    made = await tools.create()
    old, new = stack.environment["PARLANCE_SECRET_KEYS"], Fernet.generate_key().decode()

    def rotate(*keys: str) -> str:
        own = {**process_environment(), **stack.environment, "PARLANCE_SECRET_KEYS": ",".join(keys)}
        command = [sys.executable, "-m", "services.assistants", "rotate-secrets"]
        subprocess.run(command, cwd=REPOSITORY, env=own, check=True, capture_output=True)
        with engine.connect() as connection:
            sealed = text("select sealed from user_tool where id = :id")
            return str(connection.execute(sealed, {"id": made.id}).scalar_one())

    try:
        assert SECRET in Fernet(new).decrypt(rotate(new, old)).decode()
    finally:
        back = rotate(old, new)
    assert SECRET in Fernet(old).decrypt(back).decode()


async def test_an_assistant_selects_its_owners_tools_only(tools: Tools, rpc: RpcClient) -> None:
    own = await tools.create()
    theirs = await Tools(rpc, tools.user_id + 500_000).create()
    assistant = await tools.save(selected_tools=[own.uuid])

    assert assistant.selected_tools == [own.uuid]
    for wrong in (theirs.uuid, uuid4()):
        for request in (
            SaveConfiguration(
                user_id=tools.user_id, fields=AssistantFields(selected_tools=[own.uuid, wrong])
            ),
            UpdateConfiguration(
                user_id=tools.user_id,
                assistant_uuid=assistant.assistant_uuid,
                fields=AssistantFields(goal="x", selected_tools=[wrong]),
            ),
        ):
            method = "save" if isinstance(request, SaveConfiguration) else "update"
            with pytest.raises(InvalidRequest) as error:
                await tools.ask(f"{method}_configuration", request, Assistant)
            assert error.value.fields == {"selected_tools": ["Object does not exist."]}
    of_it = AssistantOf(user_id=tools.user_id, assistant_uuid=assistant.assistant_uuid)
    assert await tools.ask("get_configuration", of_it, Assistant) == assistant
    copy = await tools.ask("duplicate_configuration", of_it, Assistant)
    assert copy.selected_tools == [own.uuid]


async def test_an_import_leaves_out_what_is_not_the_importers(tools: Tools) -> None:
    own = await tools.create()
    fields = AssistantFields(selected_tools=[uuid4(), own.uuid])
    request = ImportConfiguration(user_id=tools.user_id, fields=fields)
    imported = await tools.ask("import_configuration", request, ImportedAssistant)
    assert imported.assistant.selected_tools == [own.uuid]
    assert imported.ignored == ["selected_tools"]


async def test_a_deleted_tool_is_gone_from_its_assistants(tools: Tools, rpc: RpcClient) -> None:
    gone, kept = await tools.create(), await tools.create(name="Other")
    assistant = await tools.save(selected_tools=[gone.uuid, kept.uuid])
    stranger = UserToolOf(user_id=tools.user_id + 500_000, tool_id=gone.id)
    for method in ("get_user_tool", "delete_user_tool"):
        with pytest.raises(NotFound):
            await tools.ask(method, stranger, UserTool)

    await tools.ask("delete_user_tool", tools.of(gone), UserToolRemoved)

    of_it = AssistantOf(user_id=tools.user_id, assistant_uuid=assistant.assistant_uuid)
    left = await tools.ask("get_configuration", of_it, Assistant)
    assert left.selected_tools == [kept.uuid]
    assert (await tools.save(goal="x")).selected_tools == []
    with pytest.raises(NotFound):
        await tools.ask("get_user_tool", tools.of(gone), UserTool)


def echo(handler: Handler) -> None:
    told = {"id": handler.path.partition("id=")[2], "headers": dict(handler.headers)}
    handler.send(json.dumps(told).encode(), Content_Type="application/json")


@pytest.fixture(scope="module")
def crm() -> Iterator[Site]:
    """The user's endpoint: it says what it was sent."""
    with site({"/customers": echo}) as inside:
        yield inside


@contextmanager
def _chat(stack: Stack, log: Path, crm: Site, replay: ReplayServer, search: SearchStandIn) -> Any:
    with chat_process(
        stack,
        log,
        PARLANCE_MODELS_URL=replay.url,
        PARLANCE_SEARCH_ADDRESS=search.address,
        PARLANCE_TOOL_ALLOW=f"127.0.0.1:{crm.port}",
    ) as address:
        yield address
    assert SECRET not in log.read_text()


@pytest.fixture(scope="module")
def address(
    stack: Stack, crm: Site, replay: ReplayServer, search: SearchStandIn, tmp_path_factory: Any
) -> Iterator[str]:
    """Another chat process, whose tools may reach the endpoint."""
    log = tmp_path_factory.mktemp("chat") / "chat.log"
    with _chat(stack, log, crm, replay, search) as serving:
        yield serving


@pytest.fixture
async def asked(address: str, user_id: int, replay: ReplayServer) -> AsyncIterator[Chat]:
    replay.requests.clear()
    async with channel(address) as opened:
        yield Chat(chat_pb2_grpc.ChatStub(opened), user_id)


def point_to(engine: Engine, tool: UserTool, url: str) -> None:
    """As if the rpc process allowed it: that one is not told of the endpoint of this test."""
    with engine.begin() as connection:
        change = text("update user_tool set endpoint_url = :url where id = :id")
        connection.execute(change, {"url": url, "id": tool.id})


async def test_a_model_calls_the_users_tool_and_never_sees_its_secrets(
    asked: Chat,
    tools: Tools,
    crm: Site,
    engine: Engine,
    replay: ReplayServer,
    make_assistant: Callable[..., Assistant],
) -> None:
    tool = await tools.create()
    point_to(engine, tool, f"{crm.url}/customers")
    assistant = make_assistant(model_name="obeys", selected_tools=[tool.uuid])

    told = await asked.ask('Call the tool find_customer with {"id": "7"}', assistant=assistant)

    assert (told.text, told.error) == ("Done.", "")
    assert [each.thinking.tool for each in told.events if each.thinking.tool] == ["find_customer"]
    assert crm.seen[-1]["Authorization"] == f"Bearer {SECRET}"
    first, *_, last = replay.requests
    offered = {each["function"]["name"]: each["function"] for each in first["tools"]}
    assert offered["find_customer"]["description"] == FIELDS["description"]
    assert offered["find_customer"]["parameters"]["properties"].keys() == {"id"}
    result = json.dumps(last["messages"][-1])
    assert "********" in result
    assert '"7' in result.replace("\\", "")
    assert SECRET not in json.dumps(replay.requests)


async def test_a_tool_that_fails_is_told_to_the_model(
    asked: Chat,
    tools: Tools,
    crm: Site,
    engine: Engine,
    replay: ReplayServer,
    make_assistant: Callable[..., Assistant],
) -> None:
    tool = await tools.create()
    point_to(engine, tool, f"http://127.0.0.1:{crm.port + 1}/")
    assistant = make_assistant(model_name="obeys", selected_tools=[tool.uuid])

    told = await asked.ask('Call the tool find_customer with {"id": "7"}', assistant=assistant)

    assert told.text == "Done."
    assert "This address is not allowed." in json.dumps(replay.requests[-1]["messages"][-1])
