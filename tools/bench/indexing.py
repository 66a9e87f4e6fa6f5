"""Indexing through the gateway, next to the embedding model alone on the same chunks."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
from cohere import ClientV2
from pymilvus import MilvusClient

from services.knowledge.adapters.milvus_schema import base_filter, collection_name
from services.knowledge.adapters.vector_index import CHANNEL
from services.knowledge.domain.index_settings import VectorSpace
from tools.bench.ground import EMBED_MODEL, INDEX_WITHIN_S, Ground
from tools.bench.processes import CpuMeter
from tools.bench.table import Measured, Row
from tools.bench.texts import Document, documents

DIMENSION = 384
BATCH = 96
BATCHES_AT_ONCE = 2  # as the worker does: the model never waits for the next batch
AIM = 0.8
_MOST_CHUNKS = 16_000
_ASKED_EVERY_S = 0.25  # asking more often takes from the cores that index


def measure(ground: Ground) -> Measured:
    """Ours, the model alone, the model alone, ours."""
    texts = documents(ground.sizes.indexed_characters, skipped=ground.sizes.known_characters)
    ours: list[float] = []
    alone: list[float] = []
    cpu: list[dict[str, float]] = []
    chunks: list[str] = []
    for _ in range(ground.sizes.index_rounds):
        base, seconds, used = _index(ground, texts)
        chunks = chunk_texts(ground, base)
        ours.append(len(chunks) / seconds)
        cpu.append(used)
        alone += [len(chunks) / _embed(ground, chunks) for _ in range(2)]
        _, seconds, used = _index(ground, texts)
        ours.append(len(chunks) / seconds)
        cpu.append(used)
    return _measured(ours, alone, cpu, chunks, len(texts))


def _measured(
    ours: list[float],
    alone: list[float],
    cpu: list[dict[str, float]],
    chunks: list[str],
    files: int,
) -> Measured:
    mine, models = sum(ours) / len(ours), sum(alone) / len(alone)
    row = Row(
        what=f"Indexing {len(chunks)} chunks of {files} documents",
        ours=f"{mine:.1f} chunks/s ({_each(ours)})",
        reference=f"embedding alone {models:.1f} chunks/s ({_each(alone)})",
        compared=f"{mine / models:.0%}",
        aim=f">= {AIM:.0%}",
        met=mine / models >= AIM,
    )
    raw = {
        "chunks": len(chunks),
        "chunk_characters": round(sum(map(len, chunks)) / len(chunks)),
        "ours_per_s": ours,
        "alone_per_s": alone,
        "cpu_s_of_ours": cpu,
    }
    return Measured([row], raw)


def _each(rates: list[float]) -> str:
    return ", ".join(f"{rate:.1f}" for rate in rates)


def upload(ground: Ground, name: str, texts: list[Document]) -> str:
    """A new knowledge base with these documents; its UUID."""
    base = str(ground.client.create_knowledge_base(name)["uuid"])
    for document in texts:
        ground.client.upload(base, document.name, document.content)
    return base


def index(ground: Ground, base: str) -> float:
    """Seconds from the task's start to its end. Raises RuntimeError where a document failed."""
    began = time.perf_counter()
    task = ground.client.index(kb_id=base)
    while (ended := ground.client.task(task))["status"] == "PENDING":
        if time.perf_counter() - began > INDEX_WITHIN_S:
            raise TimeoutError(f"indexing still goes on: {ended}")
        time.sleep(_ASKED_EVERY_S)
    seconds = time.perf_counter() - began
    if ended["status"] != "SUCCESS" or ended["progress"]["failed"]:
        raise RuntimeError(f"indexing failed: {ended}")
    return seconds


def _index(ground: Ground, texts: list[Document]) -> tuple[str, float, dict[str, float]]:
    base = upload(ground, "Indexing", texts)
    meter = CpuMeter(ground.stack)
    seconds = index(ground, base)
    return base, seconds, meter.read()


def chunk_texts(ground: Ground, base: str) -> list[str]:
    """The texts of a knowledge base as they were embedded, in the order of the documents."""
    space = VectorSpace(model=EMBED_MODEL, dimension=DIMENSION)
    layout: Any = ground.variable("MILVUS_LAYOUT")
    # Connections are shared by all of a process: this must not be one that pings too often.
    client = MilvusClient(uri=ground.variable("MILVUS_URL"), grpc_options=CHANNEL)
    try:
        rows = client.query(
            collection_name(layout, UUID(base), space),
            filter=base_filter(UUID(base)),
            output_fields=["document_id", "chunk", "text"],
            limit=_MOST_CHUNKS,
        )
    finally:
        client.close()
    rows.sort(key=lambda row: (row["document_id"], row["chunk"]))
    return [row["text"] for row in rows]


def embedder(ground: Ground) -> ClientV2:
    """The real SDK at the stack's model server."""
    return ClientV2(
        ground.variable("MODELS_API_KEY"),
        base_url=ground.variable("MODELS_URL"),
        httpx_client=httpx.Client(timeout=120, trust_env=False),
    )


def embed_batch(client: ClientV2, texts: list[str], input_type: Any) -> list[str]:
    """base64, float32."""
    answer = client.embed(
        model=EMBED_MODEL,
        input_type=input_type,
        texts=texts,
        embedding_types=["base64"],
        truncate="END",
    )
    return answer.embeddings.base64 or []


def _embed(ground: Ground, chunks: list[str]) -> float:
    client = embedder(ground)
    batches = [chunks[at : at + BATCH] for at in range(0, len(chunks), BATCH)]
    embed_batch(client, chunks[:1], "search_document")
    began = time.perf_counter()
    with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
        vectors = list(
            pool.map(lambda batch: embed_batch(client, batch, "search_document"), batches)
        )
    seconds = time.perf_counter() - began
    if sum(map(len, vectors)) != len(chunks):
        raise RuntimeError("the model server left texts out")
    return seconds
