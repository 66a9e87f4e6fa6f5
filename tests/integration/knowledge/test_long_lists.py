"""Lists that are longer than a message of the bus, as the gateway reads them."""

from collections.abc import Iterable
from contextvars import copy_context
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert

from contracts.rpc import knowledge as shapes
from services.gateway.adapters.rpc.knowledge import KnowledgeRpc
from services.knowledge.adapters.tables import document, link, task, task_document

from .conftest import Product

MANY = 3_000
OWNER = 900_001
FLAGS = {"grabber_enabled": False, "update_dynamically": False}


def ask(product: Product, method: str, request: Any) -> Any:
    """As the gateway does."""
    asked = getattr(KnowledgeRpc(product.rpc), method)(request)
    return product.runner.run(asked, context=copy_context())


def write(product: Product, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    with product.engine.begin() as connection:
        connection.execute(insert(table), list(rows))


def long_name(number: int) -> str:
    return f"{number:05}" + "書" * 245 + ".pdf"


@pytest.fixture(scope="module")
def base(product: Product) -> Any:
    """With MANY files."""
    made = product.base(OWNER)
    owned = {"user_id": OWNER, "knowledge_base_id": made.id}
    write(
        product,
        document,
        (
            {
                **owned,
                "kind": "file",
                "name": long_name(number),
                "object_key": f"{made.uuid}/{uuid4()}",
                "size_bytes": number,
            }
            for number in range(MANY)
        ),
    )
    return made


def test_every_document_is_in_the_list_once_oldest_first(product: Product, base: Any) -> None:
    request = shapes.ListDocuments(user_id=OWNER, knowledge_base=str(base.uuid))
    listed = ask(product, "list_documents", request).documents

    assert [each.name for each in listed] == [long_name(number) for number in range(MANY)]
    assert len({each.id for each in listed}) == MANY
    page = product.call("list_documents", request, shapes.Documents)
    assert page.next == page.documents[-1].id
    assert len(page.documents) < MANY


def test_another_user_gets_no_page_of_it(product: Product, base: Any) -> None:
    other = product.base(OWNER + 1)
    first = product.documents(base, OWNER)[0].id
    request = shapes.ListDocuments(user_id=OWNER + 1, knowledge_base=str(other.uuid), after=first)
    assert ask(product, "list_documents", request).documents == []


def test_every_link_is_in_the_list_once_oldest_first(product: Product) -> None:
    base = product.base(OWNER)
    owned = {"user_id": OWNER, "knowledge_base_id": base.id}
    urls = [f"https://help.example/{number:04}/" + "x" * 1_900 for number in range(600)]
    with product.engine.begin() as connection:
        for url in urls:
            values = {**owned, "url": url, "address": url, "title": ""} | FLAGS
            of_link = connection.execute(
                insert(link).values(**values).returning(link.c.id)
            ).scalar()
            page = {
                "kind": "link",
                "name": url[:255],
                "object_key": f"links/{uuid4()}",
                "size_bytes": 0,
                "link_id": of_link,
                "depth": 0,
                "url": url,
            }
            connection.execute(insert(document).values(**owned, **page))
    request = shapes.ListLinks(user_id=OWNER, knowledge_base=str(base.uuid))
    assert [each.url for each in ask(product, "list_links", request).links] == urls


def test_bases_with_long_descriptions_are_all_in_the_list_newest_first(product: Product) -> None:
    user_id = OWNER + 2
    made = [product.base(user_id, description="支" * 20_000).id for _ in range(60)]
    listed = ask(product, "list_knowledge_bases", shapes.ListKnowledgeBases(user_id=user_id))
    assert [each.id for each in listed.knowledge_bases] == made[::-1]
    assert all(each.description == "支" * 20_000 for each in listed.knowledge_bases)


def test_a_task_of_which_everything_failed_tells_how_many_and_the_first(
    product: Product, base: Any
) -> None:
    task_id = uuid4()
    values = {"id": task_id, "user_id": OWNER, "knowledge_base_id": base.id, "status": "FAILURE"}
    write(product, task, [{**values, "error": "Nothing could be read."}])
    failed = {"task_id": task_id, "state": "failed", "error": "壊" * 300}
    rows = ({**failed, "document_id": n, "name": long_name(n)} for n in range(1, MANY + 1))
    write(product, task_document, rows)

    told = product.task(task_id, OWNER)
    assert told.progress.failed == told.progress.total == MANY
    assert told.result["failed_count"] == MANY
    assert [each["document_id"] for each in told.result["failed"]] == list(range(1, 101))
