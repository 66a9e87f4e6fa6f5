"""What adapters compute before they touch anything."""

import os
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from cohere.core.api_error import ApiError

from contracts.errors import Unavailable
from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.adapters.models import _asked
from services.knowledge.adapters.object_store import _attachment
from services.knowledge.adapters.process_identity import identity, is_gone
from services.knowledge.adapters.task_report import report
from services.knowledge.domain.index_run import ModelRefused
from services.knowledge.domain.index_settings import VectorSpace

BASE = UUID("6f1c1c9e-0f0e-4b57-9c89-3d3fbd2f5a11")


def test_a_filter_holds_nothing_but_a_uuid_and_integers() -> None:
    assert lie.base_filter(BASE) == f'kb == "{BASE}"'
    assert lie.base_filter(BASE, without=[3, 7]) == f'kb == "{BASE}" and revision not in [3, 7]'
    assert lie.revision_filter(BASE, 3, from_chunk=9).endswith("revision == 3 and chunk >= 9")
    with pytest.raises(ValueError, match="badly formed"):
        lie.base_filter('x" or kb != "')  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="invalid literal"):
        lie.base_filter(BASE, without=["1] or true"])  # type: ignore[list-item]


def test_vectors_of_two_spaces_or_bases_lie_apart() -> None:
    small, large = (VectorSpace(model="m", dimension=size) for size in (384, 1024))
    per_base = "collection_per_knowledge_base"
    names = {
        lie.collection_name(per_base, base, s) for base in (BASE, uuid4()) for s in (small, large)
    }
    assert len(names) == 4
    shared = {lie.collection_name("partition_key", base, small) for base in (BASE, uuid4())}
    assert len(shared) == 1
    assert VectorSpace.parse(str(VectorSpace(model="a:b", dimension=2))).model == "a:b"


@pytest.mark.parametrize(
    ("text", "limit", "kept"), [("aé", 2, "a"), ("aé", 3, "aé"), ("語語", 5, "語")]
)
def test_texts_are_cut_by_bytes_between_characters(text, limit, kept) -> None:
    assert lie.within(text, limit) == kept


def test_names_of_files_survive_their_header() -> None:
    told = _attachment('Größe "x"\\;.pdf')
    assert told.startswith('attachment; filename="Gr__e _x__;.pdf"; ')
    assert told.endswith("filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22%5C%3B.pdf")


def test_a_process_knows_who_is_gone() -> None:
    host, pid, started = identity().split("/")
    assert pid == str(os.getpid())
    assert not is_gone(identity())
    assert is_gone(f"{host}/{pid}/{int(started) - 1}")
    assert is_gone(f"{host}/4194305/1")
    assert not is_gone(f"elsewhere/{pid}/1")
    assert not is_gone("nonsense")


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
def test_what_may_pass_with_time_is_unavailable(status) -> None:
    with pytest.raises(Unavailable, match="The model server"), _asked():
        raise ApiError(status_code=status, body={"message": "x"})


@pytest.mark.parametrize("error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), TimeoutError()])
def test_a_model_server_that_is_away_or_hangs_is_unavailable(error) -> None:
    with pytest.raises(Unavailable), _asked():
        raise error


def test_what_the_model_will_never_take_says_why() -> None:
    with pytest.raises(ModelRefused) as refused, _asked():
        raise ApiError(status_code=404, body={"message": "No model 'x' here."})
    assert refused.value.reason == "The model server refused: No model 'x' here."


def group(state: str, documents: int = 1, **fields: object) -> SimpleNamespace:
    row = {"chunks": 0, "stage": ""} | fields
    return SimpleNamespace(state=state, documents=documents, **row)


def test_a_running_task_tells_its_stage_and_no_result() -> None:
    task = SimpleNamespace(id=uuid4(), status="PENDING", error=None)
    told = report(
        task, [group("waiting", 2), group("running", stage="embedding a"), group("indexed", 3)], []
    )
    assert told.result is None
    assert told.progress.to_wire() == {"done": 3, "total": 6, "failed": 0, "stage": "embedding a"}


def test_an_ended_task_names_what_failed() -> None:
    task = SimpleNamespace(id=uuid4(), status="SUCCESS", error=None)
    failed = SimpleNamespace(document_id=4, name="b.pdf", error="Damaged.")
    told = report(task, [group("indexed", 3, chunks=9), group("failed", 2)], [failed])
    assert told.result == {
        "indexed": 3,
        "failed": [{"document_id": 4, "name": "b.pdf", "error": "Damaged."}],
        "failed_count": 2,
        "chunks": 9,
    }
    assert told.progress.to_wire() == {"done": 5, "total": 5, "failed": 2, "stage": "done"}
