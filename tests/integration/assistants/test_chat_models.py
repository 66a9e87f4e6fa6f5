"""Chat on the real local model server: the quoting model, and a small generative one where there is one."""

import json
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from grpc import aio

from chassis.grpc_wire import channel
from contracts.rpc.assistants.configurations import Assistant
from local.stack import Stack
from protos.assistants.v1 import chat_pb2_grpc
from services.assistants.domain.answer import NOTHING_FOUND

from .conftest import WEIGHTS, Chat, chat_process, process
from .search_stand_in import EMPTY, FULL, TEXTS, SearchStandIn

pytestmark = pytest.mark.skipif(
    not (WEIGHTS / "all-minilm-l6-v2").exists(), reason="no weights (make setup)"
)
Make = Callable[..., Assistant]
GENERATIVE = "smollm2-135m"


@pytest.fixture(scope="module")
def models_url(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python -m services.models serve`."""
    log = tmp_path_factory.mktemp("models") / "models.log"
    command = [sys.executable, "-m", "services.models", "serve"]
    url = stack.environment["PARLANCE_MODELS_URL"]
    small = {
        "PARLANCE_MODELS_GENERATIVE": GENERATIVE if (WEIGHTS / GENERATIVE).exists() else "none"
    }
    with process(command, log, {**stack.environment, **small}, ready=f"{url}/readyz"):
        yield url


@pytest.fixture(scope="module")
def address(
    stack: Stack,
    models_url: str,
    search: SearchStandIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    log = tmp_path_factory.mktemp("chat") / "chat.log"
    with chat_process(stack, log, PARLANCE_SEARCH_ADDRESS=search.address) as opened:
        yield opened


@pytest.fixture
async def real(address: str, user_id: int) -> AsyncIterator[Chat]:
    async with channel(address) as opened:
        yield Chat(chat_pb2_grpc.ChatStub(opened), user_id)


@pytest.fixture
def generative(models_url: str, stack: Stack) -> str:
    """The name of a model that writes."""
    asked = urllib.request.Request(f"{models_url}/v1/models?endpoint=chat")
    asked.add_header("Authorization", f"Bearer {stack.environment['PARLANCE_MODELS_API_KEY']}")
    with urllib.request.urlopen(asked, timeout=5) as answer:
        names = [each["name"] for each in json.load(answer)["models"]]
    found = [name for name in names if name != "local-extractive"]
    return found[0] if found else pytest.skip("no generative weights")


async def test_the_quoting_model_answers_from_the_passages(
    real: Chat, make_assistant: Make
) -> None:
    told = await real.ask(
        "How long does the warranty last?", assistant=make_assistant(knowledge_base=FULL)
    )

    assert TEXTS[0] in told.text
    assert told.done.finish_reason == "complete"
    best = told.citations[0]
    assert told.text[best.start : best.end] == TEXTS[best.document_id - 40]
    assert (best.document_id, best.page) == (40, 3)


async def test_a_question_beside_the_point_is_not_answered(
    real: Chat, make_assistant: Make
) -> None:
    told = await real.ask(
        "What is the boiling point of molybdenum?", assistant=make_assistant(knowledge_base=FULL)
    )

    assert (told.text, told.citations) == (NOTHING_FOUND, [])


async def test_an_empty_knowledge_base_says_so(real: Chat, make_assistant: Make) -> None:
    told = await real.ask("Warranty?", assistant=make_assistant(knowledge_base=EMPTY))

    assert told.text == NOTHING_FOUND


async def test_what_the_model_cannot_do_is_said(real: Chat, make_assistant: Make) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await real.ask("Warranty?", assistant=make_assistant(json_mode=True, knowledge_base=FULL))

    assert caught.value.code().name == "INVALID_ARGUMENT"
    assert "cannot write JSON" in caught.value.details()


async def test_a_generative_model_writes_from_the_passages(
    real: Chat, make_assistant: Make, generative: str
) -> None:
    assistant = make_assistant(
        model_name=generative, knowledge_base=FULL, max_tokens=16, temperature=0
    )

    told = await real.ask("How long does the warranty last?", assistant=assistant)

    assert told.text.strip()
    assert told.done.finish_reason in {"complete", "max_tokens"}
    assert 0 < told.done.output_tokens <= 17
    assert told.done.input_tokens > 100
    for each in told.citations:
        assert told.text[each.start : each.end].strip()
