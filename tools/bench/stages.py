"""Where the time to the first token goes: each stage by itself, one after the other."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from grpc import aio

from chassis.database import async_engine
from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from protos.knowledge.v1 import search_pb2, search_pb2_grpc
from services.assistants.adapters.conversation_store import PostgresConversations
from services.knowledge.adapters.models import CohereQueries
from services.knowledge.adapters.passage_index import MilvusPassageIndex
from services.knowledge.adapters.searched_bases import PostgresSearchedBases
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import CANDIDATES
from services.knowledge.domain.search import document_of
from services.knowledge.domain.terms import analysed_text
from tools.bench import http_load
from tools.bench.asked import Asked
from tools.bench.figures import Spread
from tools.bench.ground import EMBED_MODEL, Ground
from tools.bench.indexing import DIMENSION

SPACE = VectorSpace(model=EMBED_MODEL, dimension=DIMENSION)
RERANKED = 10
Stages = dict[str, list[float]]
Seen = dict[str, Callable[[], object]]
"""Questions; the callable makes the model server see one."""


def passage_index(ground: Ground) -> MilvusPassageIndex:
    """knowledge's own adapter."""
    layout: Any = ground.variable("MILVUS_LAYOUT")
    kind: Any = ground.variable("MILVUS_INDEX")
    return MilvusPassageIndex(
        url=ground.variable("MILVUS_URL"),
        token="",
        layout=layout,
        index=kind,
        analyse=analysed_text,
        timeout_s=60,
    )


def queries(ground: Ground) -> CohereQueries:
    """knowledge's own adapter."""
    return CohereQueries(
        url=ground.variable("MODELS_URL"), api_key=ground.variable("MODELS_API_KEY"), timeout_s=30
    )


async def timed(found: Stages, stage: str, work: Awaitable[Any]) -> Any:
    """Its result; its seconds go into `found`."""
    began = time.perf_counter()
    result = await work
    found.setdefault(stage, []).append(time.perf_counter() - began)
    return result


def measure(
    ground: Ground,
    *,
    base: str,
    assistant: str,
    asked: list[Asked],
    prepare: Callable[[Asked], object],
) -> dict[str, Any]:
    """p50 and p95 of every stage; `prepare` makes the model server see a question before."""
    texts = [each.question for each in asked]
    seen: Seen = {each.question: partial(prepare, each) for each in asked}
    hello = http_load.get(
        ground.stack.layout.http_port, "/api/hello/", ground.token, calls=len(texts), at_once=1
    )
    found = asyncio.run(_measure(ground, UUID(base), UUID(assistant), seen))
    found = {"gateway, hello": hello.latencies, **found}
    return {stage: Spread.of(seconds).as_json() for stage, seconds in found.items()}


async def _measure(ground: Ground, base: UUID, assistant: UUID, seen: Seen) -> Stages:
    found: Stages = {}
    for steps in (_wholes, _of_search, _of_chat):
        warming: Stages = {}
        await steps(ground, base, assistant, dict(islice(seen.items(), 3)), warming)
        await steps(ground, base, assistant, seen, found)
    return found


async def _wholes(ground: Ground, base: UUID, assistant: UUID, seen: Seen, found: Stages) -> None:
    async with (
        aio.insecure_channel(ground.variable("SEARCH_ADDRESS")) as search,
        aio.insecure_channel(ground.variable("CHAT_ADDRESS")) as chat,
    ):
        passages = search_pb2_grpc.SearchStub(search).Passages
        answer = chat_pb2_grpc.ChatStub(chat).Answer
        for text, prepare in seen.items():
            await asyncio.to_thread(prepare)
            request = search_pb2.PassagesRequest(
                user_id=ground.user_id, knowledge_base_uuid=str(base), query=text
            )
            await timed(found, "chat: first token over gRPC", _first_token(
                answer, ground.user_id, assistant, text
            ))  # fmt: skip
            await timed(found, "search: all of it, over gRPC", passages(request, timeout=20))


async def _first_token(
    answer: Callable[..., Any], user_id: int, assistant: UUID, text: str
) -> None:
    call = answer(
        chat_pb2.AnswerRequest(
            user_id=user_id,
            assistant_uuid=str(assistant),
            messages=[chat_pb2.Message(role="user", content=text)],
        ),
        timeout=60,
    )
    async for event in call:
        if event.WhichOneof("event") == "token":
            break
    call.cancel()


async def _of_search(ground: Ground, base: UUID, _: UUID, seen: Seen, found: Stages) -> None:
    engine = async_engine(ground.variable("KNOWLEDGE_DATABASE_URL"), pool_size=1)
    rows = PostgresSearchedBases(engine=engine, default_model=EMBED_MODEL)
    index, models = passage_index(ground), queries(ground)
    try:
        for text, prepare in seen.items():
            await asyncio.to_thread(prepare)
            await timed(
                found, "search: PostgreSQL, base", rows.find(user_id=ground.user_id, uuid=base)
            )
            vector = await timed(found, "search: embed", models.embed_query(EMBED_MODEL, text))
            everything: Any = {"without": (), "limit": CANDIDATES}
            dense = await timed(
                found, "search: Milvus, dense", index.dense(base, SPACE, vector, **everything)
            )
            await timed(
                found, "search: Milvus, BM25", index.sparse(base, SPACE, text, **everything)
            )
            ids = [hit.chunk_id for hit in dense[:RERANKED]]
            chunks = await timed(found, "search: Milvus, texts", index.chunks(base, SPACE, ids))
            best = [chunk.text for chunk in chunks.values()]
            await timed(found, "search: rerank", models.relevance("local-rerank", text, best))
            wanted = {document_of(each) for each in ids}
            await timed(found, "search: PostgreSQL, documents", rows.documents(wanted))
    finally:
        await index.close()
        await models.close()
        await engine.dispose()


async def _of_chat(ground: Ground, _: UUID, assistant: UUID, seen: Seen, found: Stages) -> None:
    engine = async_engine(ground.variable("ASSISTANTS_DATABASE_URL"), pool_size=1)
    conversations = PostgresConversations(engine)
    try:
        for _text in seen:
            opening = conversations.open(
                user_id=ground.user_id, assistant_uuid=assistant, conversation_uuid=None
            )
            await timed(found, "chat: PostgreSQL, assistant", opening)
    finally:
        await engine.dispose()
