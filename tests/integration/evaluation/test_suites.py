"""Suites over the real broker and database."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select

from chassis.database import sync_engine
from chassis.rpc_client import RpcClient
from chassis.user_rows import UserRows
from contracts.errors import InvalidRequest, NotFound
from contracts.events.auth import UserDeleted
from contracts.rpc.assistants.configurations import Assistant
from contracts.rpc.evaluation import (
    Assertion,
    FoundSuite,
    GenerateSuite,
    Generation,
    SuiteDeleted,
    SuiteOf,
    TestCase,
    TestSuite,
    UpdateSuite,
)
from local.stack import Stack
from services.evaluation.adapters.suite_store import PostgresSuites
from services.evaluation.adapters.tables import inbox, metadata, suites
from services.evaluation.usecases.remove_user import RemoveUser

Make = Callable[..., Assistant]


@pytest.fixture
def engine(stack: Stack) -> Engine:
    return sync_engine(stack.environment["PARLANCE_EVALUATION_DATABASE_URL"], pool_size=2)


async def _ask(rpc: RpcClient, method: str, request: object, answer: type) -> object:
    return await rpc.call("evaluation", method, request, answer, capability="Evaluation")


async def _generate(
    rpc: RpcClient, assistant: Assistant, user_id: int, **fields: object
) -> TestSuite:
    request = GenerateSuite(
        user_id=user_id, assistant_uuid=assistant.assistant_uuid, **{"mode": "quick", **fields}
    )
    suite = await _ask(rpc, "generate_suite", request, TestSuite)
    assert isinstance(suite, TestSuite)
    return suite


async def test_a_suite_lives_until_it_is_deleted(
    rpc: RpcClient, make_assistant: Make, user_id: int
) -> None:
    assistant = make_assistant(examples=[])
    which = SuiteOf(user_id=user_id, assistant_uuid=assistant.assistant_uuid, mode="quick")
    assert (await _ask(rpc, "get_suite", which, FoundSuite)).suite is None

    suite = await _generate(rpc, assistant, user_id)
    assert suite.test_cases
    assert (await _ask(rpc, "get_suite", which, FoundSuite)).suite == suite
    again = await _generate(rpc, assistant, user_id)
    assert (again.id, again.test_cases) == (suite.id, suite.test_cases)

    case = TestCase(
        question="कब?", assertions=[Assertion(type="json_schema", value={"type": "object"})]
    )
    update = UpdateSuite(user_id=user_id, test_suite_id=suite.id, test_cases=[case])
    changed = await _ask(rpc, "update_suite", update, TestSuite)
    assert changed.test_cases == [case]
    assert changed.updated_at > again.updated_at

    assert (await _ask(rpc, "delete_suite", which, SuiteDeleted)).existed
    assert not (await _ask(rpc, "delete_suite", which, SuiteDeleted)).existed


async def test_another_users_suite_and_assistant_are_not_there(
    rpc: RpcClient, make_assistant: Make, user_id: int
) -> None:
    assistant = make_assistant()
    suite = await _generate(rpc, assistant, user_id)
    stranger = user_id + 500_000
    with pytest.raises(NotFound) as refused:
        await _generate(rpc, assistant, stranger)
    assert refused.value.extra["what"] == "assistant"
    update = UpdateSuite(user_id=stranger, test_suite_id=suite.id, test_cases=[])
    with pytest.raises(NotFound):
        await _ask(rpc, "update_suite", update, TestSuite)
    wrong = TestCase(question="?", assertions=[Assertion(type="regex", value="(")])
    update = UpdateSuite(user_id=user_id, test_suite_id=suite.id, test_cases=[wrong])
    with pytest.raises(InvalidRequest, match="Invalid"):
        await _ask(rpc, "update_suite", update, TestSuite)


async def test_a_user_who_goes_takes_their_suites_along_once(
    rpc: RpcClient, make_assistant: Make, user_id: int, engine: Engine
) -> None:
    await _generate(rpc, make_assistant(), user_id)
    remove = RemoveUser(removal=UserRows(engine, metadata, inbox))
    message, gone = uuid4(), UserDeleted(user_id=user_id)
    remove(gone, message_id=message)
    mine = select(func.count()).select_from(suites).where(suites.c.user_id == user_id)
    with engine.connect() as connection:
        assert connection.execute(mine).scalar_one() == 0
    kept = PostgresSuites(engine).put(
        user_id=user_id,
        assistant_uuid=UUID(int=9),
        mode="quick",
        cases=[],
        generation=Generation(use_ai=False, seed=0, model=None, by_model=0, notes=[]),
    )
    remove(gone, message_id=message)  # delivered again: what came later stays
    which = SuiteOf(user_id=user_id, assistant_uuid=UUID(int=9), mode="quick")
    assert PostgresSuites(engine).find(which) == kept
