"""Parts that die or are taken away come back with what they had."""

import signal
import time
import uuid

import boto3
import psycopg
import pytest
from pymilvus import MilvusClient

from local.stack import Stack
from tests.integration.local.messages import publish, quorum_queue, take


def test_a_killed_rabbitmq_comes_back_with_its_confirmed_messages(stack: Stack) -> None:
    queue = quorum_queue("local-outage")
    publish(stack, queue, "kept")
    # RabbitMQ 3.10 needs about a second to make a new quorum queue last: killed before that, the
    # queue comes back without a leader, for good. Queues are made once, at the first start.
    time.sleep(2)
    stack.kill("rabbitmq")
    stack.wait_ready("rabbitmq")
    assert take(stack, queue) == "kept"


def test_a_killed_postgres_comes_back_with_its_rows(stack: Stack) -> None:
    url = stack.environment["PARLANCE_KNOWLEDGE_DATABASE_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    stack.kill("postgres")
    stack.wait_ready("postgres")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_killed_s3_comes_back_with_its_objects(stack: Stack) -> None:
    names = stack.environment
    client = boto3.client(
        "s3",
        endpoint_url=names["PARLANCE_S3_ENDPOINT_URL"],
        aws_access_key_id=names["PARLANCE_S3_ACCESS_KEY"],
        aws_secret_access_key=names["PARLANCE_S3_SECRET_KEY"],
        region_name=names["PARLANCE_S3_REGION"],
    )
    where = {"Bucket": names["PARLANCE_S3_BUCKET"], "Key": "kept"}
    client.put_object(**where, Body=b"kept")
    stack.kill("s3")
    stack.wait_ready("s3")
    assert client.get_object(**where)["Body"].read() == b"kept"


def test_a_killed_milvus_comes_back_with_its_rows(stack: Stack) -> None:
    name = f"kb_{uuid.uuid4().hex}"
    client = MilvusClient(uri=stack.environment["PARLANCE_MILVUS_URL"])
    client.create_collection(name, dimension=4)
    client.insert(name, [{"id": number, "vector": [1.0, 0, 0, number]} for number in range(50)])
    stack.kill("milvus")
    stack.wait_ready("milvus")
    client.load_collection(name)
    assert client.query(name, output_fields=["count(*)"])[0]["count(*)"] == 50
    client.drop_collection(name)
    client.close()


def test_a_part_taken_away_stays_away_until_it_is_given_back(stack: Stack) -> None:
    stack.stop_part("postgres")
    time.sleep(2)
    assert stack.parts()["postgres"]["state"] == "stopped"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(stack.environment["PARLANCE_AUTH_DATABASE_URL"])
    stack.start_part("postgres")
    psycopg.connect(stack.environment["PARLANCE_AUTH_DATABASE_URL"]).close()


def test_a_killed_epmd_does_not_keep_rabbitmq_from_restarting(stack: Stack) -> None:
    stack.kill("epmd", signal.SIGKILL)
    stack.wait_ready("epmd")
    stack.kill("rabbitmq")
    stack.wait_ready("rabbitmq")
