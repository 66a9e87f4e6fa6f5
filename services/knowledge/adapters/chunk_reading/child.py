"""The child process that reads chunks: a question on standard input, rows on standard output, JSON both."""

import json
import sys
from typing import Any
from uuid import UUID

from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.adapters.vector_index import CONNECT_S, NO_SUCH_COLLECTION
from services.knowledge.domain.index_settings import VectorSpace

_FIELDS = ["document_id", "chunk", "page", "heading", "text"]


def rows(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that are there. Raises MilvusException."""
    client = MilvusClient(uri=asked["url"], token=asked["token"], timeout=CONNECT_S)
    by_space: dict[str, list[str]] = {}
    for each in asked["chunks"]:
        chunk_id = lie.chunk_id(each["document_id"], each["revision"], each["number"])
        by_space.setdefault(each["space"], []).append(chunk_id)
    found: list[dict[str, Any]] = []
    for space, ids in by_space.items():
        name = lie.collection_name(asked["layout"], UUID(asked["base"]), VectorSpace.parse(space))
        found += _in_collection(client, name, ids, asked["timeout_s"])
    return [{field: row[field] for field in _FIELDS} for row in found]


def _in_collection(
    client: MilvusClient, name: str, ids: list[str], timeout_s: float
) -> list[dict[str, Any]]:
    try:
        client.load_collection(name, timeout=timeout_s)
        return list(client.query(name, ids=ids, output_fields=_FIELDS, timeout=timeout_s))
    except MilvusException as error:
        if error.code == NO_SUCH_COLLECTION:  # its base went
            return []
        raise


if __name__ == "__main__":
    print(json.dumps(rows(json.load(sys.stdin))))  # noqa: T201
