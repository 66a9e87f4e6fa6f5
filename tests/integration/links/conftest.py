"""The knowledge processes on real parts, with a website of their own on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from contracts.rpc import knowledge as shapes
from local.stack import Stack
from services.knowledge.adapters.object_store import S3ObjectStore, s3_client
from tests.integration.knowledge.conftest import PARTS, Product, connected, wait_until
from tests.unit.chassis.web_servers import Site, site

BASE_PORT = 18_700
HTTP_PORT = 18_902
VARIABLES = {
    "PARLANCE_LEASE_S": "3",
    "PARLANCE_SWEEP_EVERY_S": "1",
    "PARLANCE_FETCH_ALLOW": "127.0.0.1/32",
    "PARLANCE_FETCH_TIMEOUT_S": "4",
    "PARLANCE_FETCH_LIMIT_BYTES": "1000000",
    "PARLANCE_GRAB_PAGES": "12",
    "PARLANCE_GRAB_DELAY_S": "0.05",
}


@dataclass
class Links:
    """What a test may ask about links."""

    product: Product

    def __getattr__(self, name: str) -> Any:
        return getattr(self.product, name)

    def add(self, base: Any, url: str, user_id: int = 1, **fields: Any) -> Any:
        request = shapes.AddLink(
            user_id=user_id,
            knowledge_base=str(base.uuid),
            fields=shapes.LinkFields(url=url, **fields),
        )
        return self.product.call("add_link", request, shapes.Link)

    def all(self, base: Any, user_id: int = 1) -> list[Any]:
        request = shapes.LinkKnowledgeBase(user_id=user_id, knowledge_base=str(base.uuid))
        return list(self.product.call("list_links", request, shapes.Links).links)

    def one(self, link: Any) -> Any:
        with self.product.engine.connect() as connection:
            found = "select uuid from knowledge_base b join link l on l.knowledge_base_id = b.id"
            uuid = connection.execute(text(f"{found} where l.id = {link.id}")).scalar_one()
        request = shapes.LinkKnowledgeBase(user_id=1, knowledge_base=str(uuid))
        listed = self.product.call("list_links", request, shapes.Links).links
        return next(each for each in listed if each.id == link.id)

    def change(self, link: Any, user_id: int = 1, **fields: Any) -> Any:
        request = shapes.ChangeLink(
            user_id=user_id, link_id=link.id, fields=shapes.LinkFields(**fields)
        )
        return self.product.call("update_link", request, shapes.Link)

    def delete(self, link: Any, user_id: int = 1) -> Any:
        request = shapes.LinkOf(user_id=user_id, link_id=link.id)
        return self.product.call("delete_link", request, shapes.LinkDeleted)

    def settled(self, link: Any, *, within_s: float = 60) -> Any:
        """The link once nothing of it is being indexed."""

        def resting() -> Any:
            now = self.one(link)
            return None if now.status == "indexing" else now

        return wait_until(resting, within_s=within_s)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.product.engine.begin() as connection:
            return list(connection.execute(text(statement), values))

    def make_due(self, link: Any) -> None:
        """As if it had been fetched long ago."""
        with self.product.engine.begin() as connection:
            aged = "update document set fetched_at = fetched_at - interval '20 days'"
            connection.execute(text(f"{aged} where link_id = {link.id}"))

    def stored(self, key: str) -> bool:
        """Whether bytes of that key are in the object store."""
        environment = self.product.stack.environment
        client = s3_client(
            endpoint_url=environment["PARLANCE_S3_ENDPOINT_URL"],
            region="us-east-1",
            access_key=environment["PARLANCE_S3_ACCESS_KEY"],
            secret_key=environment["PARLANCE_S3_SECRET_KEY"],
        )
        bucket = environment["PARLANCE_S3_BUCKET"]
        return S3ObjectStore(client, public=client, bucket=bucket).size(key) is not None

    def pages(self, link: Any) -> dict[str, Any]:
        found = "select url, status, error, chunks, active_revision, object_key, name, id"
        rows = self.rows(f"{found} from document where link_id = :id", id=link.id)
        return {row.url: row for row in rows}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("links")
    with Stack(
        data, base_port=BASE_PORT, http_port=HTTP_PORT, only=PARTS, variables=VARIABLES
    ) as stack:
        yield from connected(stack)


@pytest.fixture
def links(product: Product) -> Links:
    return Links(product)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made
