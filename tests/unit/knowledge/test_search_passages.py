"""Search: who is asked, how the answers are ranked, and what is left out."""

import struct
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.errors import InvalidRequest, NotFound, Unavailable
from services.knowledge.domain.index_run import ModelRefused
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import Hit, Weights, fuse, rerank, weights
from services.knowledge.domain.search import FoundDocument, SearchedBase, StoredChunk, document_of
from services.knowledge.usecases.search_passages import SearchPassages

from .fakes import MODEL, FakeObjects

SPACE = VectorSpace(model=MODEL, dimension=2)
BASE = SearchedBase(
    uuid=uuid4(),
    embedding_model=MODEL,
    weights=Weights(dense=0.5, sparse=0.5),
    top_k=3,
    reranking_enabled=False,
    top_k_after_reranking=2,
    spaces=(SPACE,),
    inactive=(9,),
)


def hits(**scores: float) -> list[Hit]:
    """a=.5 means chunk 0 of document 1, and so on."""
    ids = {name: f"{ord(name) - ord('a') + 1}:1:0" for name in scores}
    return [Hit(chunk_id=ids[name], score=score) for name, score in scores.items()]


@dataclass
class Desk:
    base: SearchedBase = BASE
    dense: list[Hit] = field(default_factory=lambda: hits(a=0.9, b=0.5, c=0.1))
    sparse: list[Hit] = field(default_factory=lambda: hits(d=8.0, b=7.0, e=1.0))
    dimension: int = 2
    away: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    gone: frozenset[int] = frozenset()
    relevant: dict[str, float] = field(default_factory=dict)

    async def find(self, *, user_id, uuid):
        return self.base if (user_id, uuid) == (1, self.base.uuid) else None

    async def documents(self, document_ids):
        return {
            one: FoundDocument(id=one, name=f"{one}.txt", kind="file", object_key=f"k{one}")
            for one in document_ids
            if one not in self.gone
        }

    async def embed_query(self, model, text):
        self.asked.append(f"embed {model}")
        if "embedder" in self.away:
            raise Unavailable.of("The model server")
        if "model" in self.away:
            raise ModelRefused("No model.")
        return struct.pack(f"<{self.dimension}f", *([0.0] * self.dimension))


@dataclass
class Index:
    desk: Desk

    async def dense(self, base, space, vector, *, without, limit):
        self.desk.asked.append(f"dense without {list(without)}")
        return self.desk.dense

    async def sparse(self, base, space, query, *, without, limit):
        self.desk.asked.append(f"sparse without {list(without)}")
        return self.desk.sparse

    async def chunks(self, base, space, chunk_ids):
        self.desk.asked.append(f"{len(chunk_ids)} texts")
        return {
            one: StoredChunk(
                document_id=document_of(one), number=0, page=None, heading="", text=one
            )
            for one in chunk_ids
        }


@dataclass
class Reranker:
    desk: Desk

    async def relevance(self, model, query, texts):
        if "reranker" in self.desk.away:
            raise Unavailable.of("The model server")
        return [self.desk.relevant.get(text, 0.0) for text in texts]


async def search(desk: Desk, query="what?", *, rerank_model="", weight=None, user_id=1, index=None):
    find = SearchPassages(
        bases=desk,
        index=index or Index(desk),
        embedder=desk,
        reranker=Reranker(desk),
        objects=FakeObjects(),
        rerank_model=rerank_model,
        rerank_weight=weight,
        url_lifetime=timedelta(hours=1),
    )
    found = await find(user_id=user_id, uuid=desk.base.uuid, query=query)
    return [passage.document.id for passage in found], found


async def test_both_are_asked_and_their_scaled_scores_add_up() -> None:
    desk = Desk()
    ids, found = await search(desk)
    assert ids == [2, 1, 4]  # .25 + .43, then .5 each
    assert [round(one.score, 2) for one in found] == [0.68, 0.5, 0.5]
    assert [one.similarity for one in found] == [0.5, 0.9, None]
    assert "dense without [9]" in desk.asked
    assert "sparse without [9]" in desk.asked


@pytest.mark.parametrize(("share", "absent"), [(0.0, "sparse"), (1.0, "dense")])
async def test_who_has_no_weight_is_not_asked(share, absent) -> None:
    desk = Desk(replace(BASE, weights=Weights(dense=1 - share, sparse=share)))
    ids, _ = await search(desk)
    assert ids == ([1, 2, 3] if share == 0 else [4, 2, 5])
    assert not [one for one in desk.asked if one.startswith(absent)]
    assert ("embed local-embed" in desk.asked) is (share == 0)


async def test_a_lexical_reranker_is_weighed_and_a_cross_encoder_obeyed() -> None:
    relevant = {"4:1:0": 1.0, "1:1:0": 0.2}
    desk = Desk(replace(BASE, reranking_enabled=True), relevant=relevant)
    lexical, _ = await search(desk, rerank_model="local-rerank", weight=0.3)
    assert lexical == [4, 2]
    obeyed, found = await search(desk, rerank_model="rerank-v4")
    assert obeyed == [4, 1]
    assert [one.score for one in found] == [1.0, 0.2]


async def test_a_reranker_that_is_away_is_done_without() -> None:
    desk = Desk(replace(BASE, reranking_enabled=True), away=frozenset({"reranker"}))
    ids, _ = await search(desk, rerank_model="rerank-v4")
    assert ids == [2, 1]


async def test_only_texts_that_are_answered_are_fetched() -> None:
    desk = Desk(replace(BASE, reranking_enabled=True))
    await search(desk)
    assert "2 texts" in desk.asked


async def test_documents_that_went_meanwhile_are_left_out() -> None:
    ids, _ = await search(Desk(gone=frozenset({2})))
    assert ids == [1, 4]


async def test_a_base_without_anything_indexed_answers_nothing() -> None:
    desk = Desk(replace(BASE, spaces=()))
    assert await search(desk) == ([], [])
    assert desk.asked == []


async def test_somebody_elses_base_does_not_exist() -> None:
    with pytest.raises(NotFound):
        await search(Desk(), user_id=2)


async def test_a_blank_question_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        await search(Desk(), "  \n")


@pytest.mark.parametrize("away", ["embedder", "model"])
async def test_without_a_vector_there_is_no_half_answer(away) -> None:
    expected = Unavailable if away == "embedder" else InvalidRequest
    with pytest.raises(expected):
        await search(Desk(away=frozenset({away})))


@pytest.mark.parametrize(
    "base", [replace(BASE, embedding_model="embed-v4.0"), replace(BASE, uuid=BASE.uuid)]
)
async def test_vectors_of_another_model_are_not_compared(base) -> None:
    desk = Desk(base, dimension=3)
    with pytest.raises(InvalidRequest, match="Index it again"):
        await search(desk)


async def test_words_are_found_whatever_the_model_is_now() -> None:
    base = replace(BASE, embedding_model="embed-v4.0", weights=Weights(dense=0, sparse=1))
    assert (await search(Desk(base)))[0] == [4, 2, 5]


@pytest.mark.parametrize(
    ("embedded", "retrieved", "shares"),
    [
        ("hybrid", "hybrid", (0.7, 0.3)),
        ("hybrid", "dense", (1, 0)),
        ("hybrid", "sparse", (0, 1)),
        ("dense", "hybrid", (1, 0)),
        ("sparse", "hybrid", (0, 1)),
        ("dense", "sparse", (1, 0)),
        ("sparse", "dense", (0, 1)),
    ],
)
def test_a_search_uses_what_both_settings_allow(embedded, retrieved, shares) -> None:
    found = weights(embedding_type=embedded, retrieval_method=retrieved, sparse_weightage=0.3)
    assert (found.dense, found.sparse) == pytest.approx(shares)


def test_equal_scores_count_in_full_and_keep_their_order() -> None:
    fused = fuse(hits(b=0.4, a=0.4), [], Weights(dense=1, sparse=0))
    assert [(hit.chunk_id, hit.score) for hit in fused] == [("1:1:0", 1.0), ("2:1:0", 1.0)]


def test_blended_scores_stay_between_zero_and_one() -> None:
    blended = rerank(hits(a=1.0, b=0.0), {"1:1:0": 1.0, "2:1:0": 0.0}, weight=0.5)
    assert [hit.score for hit in blended] == [1.0, 0.0]


OLD = VectorSpace(model="old", dimension=2)


async def test_documents_of_an_earlier_model_answer_beside_those_of_the_new_one() -> None:
    desk = Desk(replace(BASE, spaces=(SPACE, OLD)))

    class TwoSpaces(Index):
        async def dense(self, base, space, vector, *, without, limit):
            return hits(a=0.9, b=0.1) if space == SPACE else hits(c=0.8, d=0.1)

        async def sparse(self, base, space, query, *, without, limit):
            return []

        async def chunks(self, base, space, chunk_ids):
            assert {document_of(one) for one in chunk_ids} <= ({1, 2} if space == SPACE else {3, 4})
            return await super().chunks(base, space, chunk_ids)

    ids, _ = await search(desk, index=TwoSpaces(desk))
    assert set(ids) >= {1, 3}
    assert {"embed old", f"embed {MODEL}"} <= set(desk.asked)


async def test_a_space_whose_model_is_gone_is_left_out_unless_it_is_the_only_one() -> None:
    class Embedder(Desk):
        async def embed_query(self, model, text):
            if model == "old":
                raise ModelRefused("No model.")
            return await super().embed_query(model, text)

    ids, _ = await search(Embedder(replace(BASE, spaces=(SPACE, OLD))))
    assert ids
    with pytest.raises(InvalidRequest, match="No model"):
        await search(Embedder(replace(BASE, spaces=(OLD,))))
