"""Every private part, spoken to by the client library that the services use."""

import socket
import uuid

import boto3
import httpx
import kombu
import psycopg
import pytest
from botocore.exceptions import ClientError
from pymilvus import (
    AnnSearchRequest,
    DataType,
    Function,
    FunctionType,
    MilvusClient,
    RRFRanker,
)

from local.layout import HOST
from local.stack import Stack
from tests.integration.local.messages import publish, quorum_queue, take


@pytest.fixture
def s3(stack: Stack):
    names = stack.environment
    return boto3.client(
        "s3",
        endpoint_url=names["PARLANCE_S3_ENDPOINT_URL"],
        aws_access_key_id=names["PARLANCE_S3_ACCESS_KEY"],
        aws_secret_access_key=names["PARLANCE_S3_SECRET_KEY"],
        region_name=names["PARLANCE_S3_REGION"],
    )


def test_each_service_reaches_its_own_database_and_no_other(stack: Stack) -> None:
    with psycopg.connect(stack.environment["PARLANCE_AUTH_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    strange = stack.environment["PARLANCE_AUTH_DATABASE_URL"].replace("/auth", "/knowledge")
    strange = strange.replace("knowledge:", "auth:", 1)
    with pytest.raises(psycopg.OperationalError, match=r"permission denied"):
        psycopg.connect(strange)


def test_postgres_refuses_a_wrong_password(stack: Stack) -> None:
    port = stack.layout.port("postgres")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://auth:wrong@{HOST}:{port}/auth")


def test_a_confirmed_message_in_a_quorum_queue_comes_back(stack: Stack) -> None:
    queue = quorum_queue("local-test")
    publish(stack, queue, {"number": 7})
    assert take(stack, queue) == {"number": 7}


def test_rabbitmq_refuses_a_message_of_more_than_a_megabyte(stack: Stack) -> None:
    with pytest.raises(kombu.exceptions.ChannelError, match="406"):
        publish(stack, quorum_queue("local-too-large"), "x" * 1_100_000)


def test_s3_keeps_what_a_presigned_url_brings(stack: Stack, s3) -> None:
    bucket = stack.environment["PARLANCE_S3_BUCKET"]
    where = {"Bucket": bucket, "Key": "a/b c.txt"}
    url = s3.generate_presigned_url("put_object", Params=where, ExpiresIn=60)
    assert httpx.put(url, content=b"0123456789").status_code == 200
    assert s3.get_object(**where)["Body"].read() == b"0123456789"
    assert s3.get_object(**where, Range="bytes=2-4")["Body"].read() == b"234"


def test_s3_refuses_a_tampered_url_and_a_wrong_key(stack: Stack, s3) -> None:
    where = {"Bucket": stack.environment["PARLANCE_S3_BUCKET"], "Key": "mine"}
    url = s3.generate_presigned_url("put_object", Params=where, ExpiresIn=60)
    assert httpx.put(url.replace("/mine", "/yours"), content=b"x").status_code == 403
    stranger = boto3.client(
        "s3",
        endpoint_url=stack.environment["PARLANCE_S3_ENDPOINT_URL"],
        aws_access_key_id=stack.environment["PARLANCE_S3_ACCESS_KEY"],
        aws_secret_access_key="wrong",
        region_name="us-east-1",
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.list_buckets()


def test_milvus_searches_vectors_words_and_both(stack: Stack) -> None:
    client = MilvusClient(uri=stack.environment["PARLANCE_MILVUS_URL"])
    name = f"kb_{uuid.uuid4().hex}"
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    schema.add_field("text", DataType.VARCHAR, max_length=1_000, enable_analyzer=True)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=4)
    schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, ["text"], ["sparse"]))
    index = client.prepare_index_params()
    index.add_index("dense", index_type="FLAT", metric_type="COSINE")
    index.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    client.create_collection(name, schema=schema, index_params=index)
    rows = ["red apples", "green pears", "blue plums"]
    vectors = [[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, 0]]
    client.upsert(
        name,
        [
            {"id": str(number), "text": text, "dense": vector}
            for number, (text, vector) in enumerate(zip(rows, vectors, strict=True))
        ],
    )
    client.flush(name)
    near = client.search(name, data=[[0.9, 0.1, 0, 0]], anns_field="dense", limit=1)
    assert near[0][0]["id"] == "0"
    words = client.search(name, data=["plums"], anns_field="sparse", limit=1)
    assert words[0][0]["id"] == "2"
    requests = [
        AnnSearchRequest([[0, 1.0, 0, 0]], "dense", {}, limit=3),
        AnnSearchRequest(["pears"], "sparse", {}, limit=3),
    ]
    both = client.hybrid_search(name, requests, RRFRanker(), limit=1, output_fields=["text"])
    assert both[0][0]["entity"]["text"] == "green pears"
    client.drop_collection(name)
    client.close()


def test_nothing_listens_beyond_loopback(stack: Stack) -> None:
    mine = {str(port) for port in range(20_100, 20_140)} | {str(p + 30_000) for p in range(100)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("no address beyond loopback")
        outside = probe.getsockname()[0]
    for port in sorted(mine, key=int):
        with socket.socket() as attempt:
            attempt.settimeout(0.5)
            assert attempt.connect_ex((outside, int(port))) != 0, port
