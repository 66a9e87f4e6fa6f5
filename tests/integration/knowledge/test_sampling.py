"""Passages of a whole knowledge base over the bus, read from Milvus beside the green process."""

from typing import Any

import pytest

from contracts.errors import NotFound
from contracts.rpc import knowledge as shapes
from tests.integration.knowledge.conftest import Product


def _sampled(product: Product, base: Any, *, user_id: int = 1, **fields: Any) -> Any:
    request = shapes.SamplePassages(user_id=user_id, knowledge_base=str(base.uuid), **fields)
    return product.call("sample_passages", request, shapes.SampledPassages)


def test_passages_are_those_that_searches_find(product: Product, long_text: str) -> None:
    base = product.base(chunk_size=64, chunk_overlap=0)
    assert _sampled(product, base, count=5).version == ""
    product.upload(base, "long.txt", long_text[:40_000])
    product.upload(base, "short.md", "# Tea\n\nGreen tea comes in crates of forty tins.\n")
    product.indexed(base)

    sampled = _sampled(product, base, count=200)
    documents = {each.name: each for each in product.documents(base)}
    assert sampled.documents == 2
    assert sampled.chunks == sum(each.chunks for each in documents.values())
    assert {each.document_name for each in sampled.passages[:2]} == set(documents)
    assert len(sampled.passages) == min(200, sampled.chunks)
    (short,) = [each for each in sampled.passages if each.document_name == "short.md"]
    assert (short.heading, "forty tins" in short.text, short.kind) == ("Tea", True, "file")
    words = " ".join(long_text.split())
    others = [" ".join(each.text.split()) for each in sampled.passages if each is not short]
    assert all(text in words for text in others)

    again = _sampled(product, base, count=8, seed=5)
    assert again == _sampled(product, base, count=8, seed=5)
    assert again.version == sampled.version == _sampled(product, base, count=0).version
    product.upload(base, "more.txt", "Coffee comes in bags.")
    assert _sampled(product, base, count=0).version == sampled.version
    product.indexed(base)
    assert _sampled(product, base, count=0).version != sampled.version
    with pytest.raises(NotFound):
        _sampled(product, base, user_id=2, count=1)
