"""Test runs: whatever is away, hangs or is killed, every case gets one verdict, once."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Connection, Producer

from chassis.rpc_client import RpcClient
from contracts.errors import Conflict, InvalidRequest, NotFound
from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    Assistant,
    AssistantFields,
    UpdateConfiguration,
)
from contracts.rpc.evaluation import (
    CompareRuns,
    Comparison,
    GetResults,
    ListRuns,
    Run,
    RunOf,
    RunResults,
    Runs,
    RunStarted,
    StartRun,
)
from contracts.shapes import Shape
from local.stack import Stack

from .conftest import Announced
from .stand_ins import PASSAGE, TEXT, ChatStandIn

Make = Callable[..., Assistant]
SOURCE = {name: PASSAGE[name] for name in ("document_id", "document_name", "chunk", "text")}


def case(question: str, **fields: Any) -> dict[str, Any]:
    usual = {"ideal_answer": "It opens at nine.", "source": [SOURCE]}
    return {"question": question, **usual, **fields}


class Evaluation:
    """The service, asked by one user."""

    def __init__(self, client: RpcClient, user_id: int) -> None:
        self._client = client
        self.user_id = user_id

    async def ask(self, method: str, request: Shape, answer: type[Any], of: str = "") -> Any:
        service = of or "evaluation"
        return await self._client.call(service, method, request, answer, capability="It")

    async def start(self, assistant: Assistant, *cases: dict[str, Any], **fields: Any) -> UUID:
        request = StartRun(
            user_id=self.user_id,
            assistant_uuid=assistant.assistant_uuid,
            test_cases=list(cases),
            **fields,
        )
        return (await self.ask("start_run", request, RunStarted)).run_id

    async def results(self, run_id: UUID, user_id: int = 0) -> RunResults:
        request = GetResults(user_id=user_id or self.user_id, run_id=str(run_id))
        return await self.ask("get_results", request, RunResults)

    async def until(
        self, run_id: UUID, holds: Callable[[RunResults], bool], *, within_s: float = 30
    ) -> RunResults:
        """What is told as soon as it holds; checks on the way that it adds up and never shrinks."""
        deadline, seen = time.monotonic() + within_s, 0
        while True:
            told = await self.results(run_id)
            summary = told.run.summary
            verdicts = Counter(each.verification for each in told.results)
            counts = {"pass": summary.passed, "fail": summary.failed, "error": summary.errors}
            assert +verdicts == +Counter(counts)
            assert len(told.results) + summary.pending == summary.total
            assert len(told.results) >= seen
            seen = len(told.results)
            if holds(told):
                return told
            assert time.monotonic() < deadline, summary
            await asyncio.sleep(0.05)

    async def ended(self, run_id: UUID) -> RunResults:
        return await self.until(run_id, lambda told: told.run.finished)


@pytest.fixture
def evaluation(rpc: RpcClient, user_id: int) -> Evaluation:
    return Evaluation(rpc, user_id)


async def eventually(holds: Callable[[], Awaitable[bool] | bool], *, within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while True:
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_pass_fail_and_error_are_three_things(
    evaluation: Evaluation, make_assistant: Make, announced: Announced, chat: ChatStandIn
) -> None:
    run_id = await evaluation.start(
        make_assistant(goal="Help."),
        case("right answer"),
        case("wrong answer"),
        case("hanging model"),
        case("breaking answer"),
        case("refused question"),
        case("away at first"),
        case("right tool", assertions=[{"type": "calls_tool", "value": "look_up"}]),
        case("right judge", assertions=[{"type": "judge", "value": "Is it kind?"}]),
        config=AssistantFields(goal="Help more."),
        mode="quick",
    )
    told = await evaluation.ended(run_id)

    said = {each.question: each for each in told.results}
    assert {name: each.verification for name, each in said.items()} == {
        "right answer": "pass",
        "wrong answer": "fail",
        "hanging model": "error",
        "breaking answer": "error",
        "refused question": "error",
        "away at first": "pass",
        "right tool": "pass",
        "right judge": "error",
    }
    assert "within 3 seconds" in said["hanging model"].verification_result
    assert said["breaking answer"].verification_result == "The model server refused."
    assert "No judge model is configured." in said["right judge"].verification_result
    assert said["hanging model"].score is None
    right = said["right answer"]
    assert right.citations[0].text == TEXT
    assert (right.scores["hit@1"], right.scores["mrr"], right.scores["groundedness"]) == (0, 0.5, 1)
    assert (right.input_tokens, right.agent) == (5, "The library opens at nine.")

    asked = next(each for each in chat.requests if each.messages[0].content == "right answer")
    assert asked.is_rehearsal
    assert '"goal": "Help more."' in asked.configuration
    assert told.snapshot is not None
    assert told.snapshot.knowledge_base_version == "version-1"
    assert "Help more." in told.snapshot.final_prompt
    assert told.run.configuration_changed is False  # overridden, which is no change

    kinds = Counter(kind for kind, _ in announced.of(run_id))
    assert kinds == {"test_run_started": 1, "test_case_finished": 8, "test_run_finished": 1}
    end = next(data for kind, data in announced.of(run_id) if kind == "test_run_finished")
    assert (end["passed"], end["failed"], end["errors"]) == (3, 1, 4)


async def test_a_killed_worker_costs_no_verdict_and_gives_none_twice(
    evaluation: Evaluation, make_assistant: Make, announced: Announced, stack: Stack
) -> None:
    cases = [case(f"slow question {number}") for number in range(24)]
    run_id = await evaluation.start(make_assistant(), *cases)
    await evaluation.until(run_id, lambda told: len(told.results) >= 5)
    stack.kill("evaluation-worker")

    told = await evaluation.ended(run_id)

    assert [each.idx for each in told.results] == list(range(24))
    assert told.run.summary.passed == 24
    await eventually(lambda: any(k == "test_run_finished" for k, _ in announced.of(run_id)))
    finished = Counter(data.get("idx") for kind, data in announced.of(run_id) if "case" in kind)
    assert finished == dict.fromkeys(range(24), 1)
    assert [kind for kind, _ in announced.of(run_id)].count("test_run_finished") == 1


async def test_a_part_that_stays_away_ends_as_an_error(
    evaluation: Evaluation, make_assistant: Make
) -> None:
    run_id = await evaluation.start(make_assistant(), case("gone for ever"))
    told = await evaluation.ended(run_id)
    assert told.results[0].verification == "error"
    assert "unavailable" in told.results[0].verification_result


async def test_a_stopped_run_asks_no_more_and_stays_stopped(
    evaluation: Evaluation, make_assistant: Make, announced: Announced, chat: ChatStandIn
) -> None:
    cases = [case(f"slow and stopped {number}") for number in range(40)]
    run_id = await evaluation.start(make_assistant(), *cases)
    await evaluation.until(run_id, lambda told: len(told.results) >= 2)
    which = RunOf(user_id=evaluation.user_id, run_id=str(run_id))
    stopped = await evaluation.ask("cancel_run", which, Run)
    assert (stopped.status, stopped.finished) == ("cancelled", True)
    verdicts = stopped.summary.passed

    def asked() -> int:
        return sum(count for name, count in chat.asked.items() if "stopped" in name)

    await eventually(lambda: chat.at_once == 0)
    before = asked()
    again = await evaluation.ask("cancel_run", which, Run)
    assert again.summary == stopped.summary
    told = await evaluation.results(run_id)
    assert len(told.results) == verdicts < 40
    await evaluation.ended(await evaluation.start(make_assistant(), case("right after")))
    assert asked() == before < 40
    ends = [data for kind, data in announced.of(run_id) if kind == "test_run_finished"]
    assert [end["status"] for end in ends] == ["cancelled"]


async def test_answers_under_way_are_hung_up_on_when_the_run_is_stopped(
    evaluation: Evaluation, make_assistant: Make, chat: ChatStandIn
) -> None:
    names = [f"hanging until stopped {number}" for number in range(3)]
    run_id = await evaluation.start(make_assistant(), *map(case, names))
    await eventually(lambda: all(chat.asked[name] for name in names))
    await evaluation.ask("cancel_run", RunOf(user_id=evaluation.user_id, run_id=str(run_id)), Run)
    await eventually(lambda: all(name in chat.hung_up_after_s for name in names))
    assert max(chat.hung_up_after_s[name] for name in names) < 2.5  # an answer has 3 s


async def test_a_call_that_is_delivered_again_starts_no_second_run(
    evaluation: Evaluation, make_assistant: Make, stack: Stack, chat: ChatStandIn
) -> None:
    assistant = make_assistant()
    request = StartRun(
        user_id=evaluation.user_id,
        assistant_uuid=assistant.assistant_uuid,
        test_cases=[case("right and once")],
    )
    with Connection(stack.environment["PARLANCE_AMQP_URL"]) as connection:
        for _ in range(2):
            Producer(connection).publish(
                {"args": [request.to_wire()], "kwargs": {}},
                exchange="nameko-rpc",
                routing_key="evaluation.start_run",
                serializer="json",
                reply_to=str(uuid4()),
                correlation_id="one-call",
                headers={"nameko.call_id_stack": [f"gateway.one-call.{evaluation.user_id}"]},
            )
    which = ListRuns(user_id=evaluation.user_id, assistant_uuid=assistant.assistant_uuid)

    async def is_done() -> bool:
        runs = (await evaluation.ask("list_runs", which, Runs)).runs
        return bool(runs) and runs[0].finished

    await eventually(is_done)
    assert len((await evaluation.ask("list_runs", which, Runs)).runs) == 1
    assert chat.asked["right and once"] == 1


async def test_runs_are_listed_compared_and_know_what_changed(
    evaluation: Evaluation, make_assistant: Make
) -> None:
    assistant = make_assistant()
    questions = [f"{number}?" for number in range(8)]
    base = await evaluation.start(
        assistant, *[case(f"right {each}", source=[], category="x") for each in questions]
    )
    await evaluation.ended(base)
    same = await evaluation.start(
        assistant, *[case(f"right {each}", source=[]) for each in questions]
    )
    unchanged = await evaluation.ended(same)
    assert unchanged.run.configuration_changed is False
    assert unchanged.run.knowledge_base_changed is False

    async def compared(one: UUID, other: UUID) -> Comparison:
        request = CompareRuns(user_id=evaluation.user_id, run_id=str(one), other=str(other))
        return await evaluation.ask("compare_runs", request, Comparison)

    nothing = await compared(base, same)
    assert nothing.same_configuration
    assert nothing.verdict.startswith("no difference beyond noise")
    assert nothing.compared == 8

    changes = UpdateConfiguration(
        user_id=evaluation.user_id,
        assistant_uuid=assistant.assistant_uuid,
        fields=AssistantFields(goal="Another goal."),
    )
    await evaluation.ask("update_configuration", changes, Assistant, of="assistants")
    assert (await evaluation.results(same)).run.configuration_changed is True
    which = ListRuns(user_id=evaluation.user_id, assistant_uuid=assistant.assistant_uuid)
    listed = (await evaluation.ask("list_runs", which, Runs)).runs
    assert [run.run_id for run in listed] == [same, base]

    other = await evaluation.start(assistant, case("something else"))
    await evaluation.ended(other)
    with pytest.raises(InvalidRequest):
        await compared(base, other)


async def test_what_is_not_ones_own_or_archived_is_refused(
    evaluation: Evaluation, make_assistant: Make, user_id: int
) -> None:
    assistant = make_assistant()
    run_id = await evaluation.start(assistant, case("right"))
    with pytest.raises(NotFound):
        await evaluation.results(run_id, user_id=user_id + 500_000)
    with pytest.raises(NotFound):
        await evaluation.results(uuid4())
    with pytest.raises(InvalidRequest):
        await evaluation.start(
            assistant, case("right", assertions=[{"type": "regex", "value": "("}])
        )
    archive = ArchiveConfiguration(
        user_id=user_id, assistant_uuid=assistant.assistant_uuid, action="archive"
    )
    await evaluation.ask("archive_configuration", archive, Assistant, of="assistants")
    with pytest.raises(Conflict):
        await evaluation.start(assistant, case("right"))
    await evaluation.ended(run_id)
    assert (await evaluation.results(run_id)).run.assistant_uuid == assistant.assistant_uuid
