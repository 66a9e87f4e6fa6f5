"""Searches in the served Milvus Lite: BM25 over the whole collection, and the columns asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymilvus import DataType, Function, FunctionType, MilvusClient

from .test_milvus_server import serving


@pytest.fixture
def client(tmp_path: Path) -> Iterator[MilvusClient]:
    with serving(tmp_path) as url:
        client = MilvusClient(uri=url)
        schema = client.create_schema()
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("text", DataType.VARCHAR, max_length=1000, enable_analyzer=True)
        schema.add_field("place", DataType.VARCHAR, max_length=10)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, ["text"], ["sparse"]))
        client.create_collection("texts", schema=schema)
        index = client.prepare_index_params()
        index.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        client.create_index("texts", index)
        client.load_collection("texts")
        yield client
        client.close()


def test_a_document_alone_in_its_segment_is_judged_by_the_whole_collection(
    client: MilvusClient,
) -> None:
    client.insert("texts", [{"id": 0, "text": "herrings swim in shoals", "place": "alone"}])
    client.flush("texts")
    others = [{"id": n, "text": "boats lie in water", "place": "many"} for n in range(1, 200)]
    client.insert("texts", [*others, {"id": 200, "text": "ducks swim", "place": "many"}])
    client.flush("texts")
    [hits] = client.search("texts", ["herrings swim"], anns_field="sparse", limit=5)
    assert hits[0]["id"] == 0


def test_a_search_answers_the_columns_asked_for_and_no_others(client: MilvusClient) -> None:
    client.insert("texts", [{"id": 7, "text": "herrings swim", "place": "sea"}])
    for _ in range(2):  # from memory, then from disk
        [[hit]] = client.search(
            "texts", ["herrings"], anns_field="sparse", limit=1, output_fields=["place"]
        )
        assert hit["entity"] == {"place": "sea"}
        client.flush("texts")
