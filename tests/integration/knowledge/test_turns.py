"""One worker, one document at a time: a long one makes way for a short one of somebody else's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.stack import Stack
from services.knowledge.adapters.index_care import PostgresIndexCare

from .conftest import PARTS, Product, connected, wait_until

BASE_PORT = 20_000
HTTP_PORT = 18_904
VARIABLES = {
    "PARLANCE_LEASE_S": "3",
    "PARLANCE_SWEEP_EVERY_S": "1",
    "PARLANCE_DOCUMENTS_AT_ONCE": "1",
    "PARLANCE_TURN_S": "2",
}


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("turns")
    with Stack(
        data, base_port=BASE_PORT, http_port=HTTP_PORT, only=PARTS, variables=VARIABLES
    ) as stack:
        yield from connected(stack)


def test_a_long_document_makes_way_for_a_short_one(one_by_one: Product, long_text: str) -> None:
    product = one_by_one
    long_base = product.base(user_id=1, chunk_size=32, chunk_overlap=0)
    long = product.upload(long_base, "long.txt", "\n\n".join([long_text] * 2))
    long_task = product.start(long_base)
    wait_until(lambda: "of about" in product.task(long_task).progress.stage)

    short_base = product.base(user_id=2)
    product.upload(short_base, "short.txt", "The lighthouse is white.", user_id=2)
    short_task = product.start(short_base, user_id=2)
    stages: set[str] = set()

    def short_ended() -> bool:
        stages.add(product.task(long_task).progress.stage)
        return bool(product.task(short_task, user_id=2).status != "PENDING")

    wait_until(short_ended)
    assert product.task(long_task).status == "PENDING"
    assert product.task(short_task, user_id=2).result["indexed"] == 1
    assert [stage for stage in stages if stage.startswith("long.txt makes way (")], stages

    task = product.ended(long_task, within_s=180)
    assert task.result["indexed"] == 1, task
    chunks = task.result["chunks"]
    assert chunks > 1_000
    numbers = sorted(int(each.split(":")[2]) for each in product.chunk_ids(long_base))
    assert numbers == list(range(chunks))
    with product.engine.connect() as connection:
        row = connection.exec_driver_sql(
            "select attempts, lease_owner, status from document where id = %s", (long.id,)
        ).one()
    assert tuple(row) == (0, None, "indexed")


def test_one_sweeps_at_a_time_and_holds_no_transaction(one_by_one: Product) -> None:
    one_by_one.stack.stop_part("knowledge-worker")
    engine = one_by_one.engine
    try:
        care = PostgresIndexCare(engine)
        for _ in range(2):
            with care.alone() as first, care.alone() as second:
                assert (first, second) == (True, False)
                with engine.connect() as connection:
                    open_ = connection.exec_driver_sql(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                        " and state like 'idle in transaction%%'"
                    )
                    assert open_.scalar() == 0
        with pytest.raises(KeyError), care.alone():
            raise KeyError
        with care.alone() as again:
            assert again
    finally:
        one_by_one.stack.start_part("knowledge-worker")


def test_only_tasks_that_ended_long_ago_are_forgotten(one_by_one: Product) -> None:
    product = one_by_one
    base = product.base()
    product.upload(base, "light.txt", "The lighthouse is red.")
    old = product.start(base)
    product.ended(old)
    recent = product.start(base)
    with product.engine.begin() as connection:
        connection.exec_driver_sql(
            "update task set finished_at = now() - interval '40 days' where id = %s", (old,)
        )
    wait_until(lambda: _tasks(product) & {old, recent} == {recent})
    assert PostgresIndexCare(product.engine).forget_tasks(ended_for=timedelta(days=30)) == 0
    with product.engine.connect() as connection:
        left = connection.exec_driver_sql(
            "select count(*) from task_document where task_id = %s", (old,)
        )
        assert left.scalar() == 0
    assert product.search(base, "lighthouse")


def _tasks(product: Product) -> set[object]:
    with product.engine.connect() as connection:
        return set(connection.exec_driver_sql("select id from task").scalars())
