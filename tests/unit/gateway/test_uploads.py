"""Uploads: limits before and while reading, names, and the way of the bytes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from contracts.errors import InvalidRequest, Unavailable
from tests.unit.gateway.conftest import LIMITS, Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE, PUT_URL, UPLOAD_ID, bodies

PATH = "/api/analytics/knowledgebase/upload/"
KB = {"kb_uuid": str(MINE)}


async def upload(
    client: httpx.AsyncClient,
    *,
    name: str = "a.pdf",
    content: bytes = b"abc",
    data: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
) -> httpx.Response:
    form = KB if data is None and params is None else data
    return await client.post(PATH, files={"file": (name, content)}, data=form, params=params)


async def test_the_bytes_go_to_the_object_storage_and_only_there(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    content = bytes(range(256)) * 700
    document = json_of(await upload(me, content=content), 201)

    assert document["id"] == 5
    assert (document["name"], document["s3_url"]) == ("a.pdf", "https://store/a.pdf")
    assert behind.store.stored == {PUT_URL: content}
    assert behind.store.asked == [(PUT_URL, {"Content-Type": "application/pdf"})]
    begun, completed = bodies(behind.knowledge)
    assert (begun["user_id"], begun["knowledge_base"], begun["file_name"], begun["size_bytes"]) == (
        7,
        str(MINE),
        "a.pdf",
        len(content),
    )
    assert completed == {"user_id": 7, "upload_id": str(UPLOAD_ID)}


async def test_the_knowledge_base_may_be_named_in_the_query(me: httpx.AsyncClient) -> None:
    json_of(await upload(me, params=KB), 201)


@pytest.mark.parametrize("name", ["übung 日本.pdf", "../../etc/passwd.txt", 'a "b".pdf', "x" * 300])
async def test_a_name_reaches_knowledge_as_it_was_sent(
    me: httpx.AsyncClient, behind: Behind, name: str
) -> None:
    json_of(await upload(me, name=name), 201)
    assert bodies(behind.knowledge)[0]["file_name"].replace("%22", '"') == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b"filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt", "naïve €.txt"),
        (b"filename=\"plain.txt\"; filename*=utf-8''na%C3%AFve.txt", "naïve.txt"),
        (b"filename*=UTF-8'en'a%22b.txt; filename=plain.txt", 'a"b.txt'),
        (b"filename=bare.txt", "bare.txt"),
    ],
)
async def test_extended_names_are_read(
    me: httpx.AsyncClient, behind: Behind, disposition: bytes, name: str
) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; ' + disposition + b"\r\n\r\nabc\r\n"
        b'--b\r\nContent-Disposition: form-data; name="kb_uuid"\r\n\r\n'
        + str(MINE).encode()
        + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    json_of(await me.post(PATH, content=body, headers=headers), 201)

    assert bodies(behind.knowledge)[0]["file_name"] == name


REQUIRED = ["This field is required."]
NO_FILE = ["No file was submitted."]


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"kb_uuid": REQUIRED, "file": NO_FILE}),
        ({"files": {"other": ("a", b"b")}}, {"kb_uuid": REQUIRED, "file": NO_FILE}),
        ({"files": {"kb_uuid": (None, str(MINE))}}, {"file": NO_FILE}),
        ({"files": {"file": ("a.pdf", b"x")}}, {"kb_uuid": REQUIRED}),
        (
            {"files": {"file": ("a.pdf", b"x")}, "data": {"kb_uuid": "7"}},
            {"kb_uuid": ["Must be a valid UUID."]},
        ),
        (
            {"files": {"file": (None, "text"), "kb_uuid": (None, str(MINE))}},
            {"file": ["The submitted data was not a file. Check the encoding type on the form."]},
        ),
        (
            {"files": {"file": ("a.pdf", b"")}, "data": KB},
            {"file": ["The submitted file is empty."]},
        ),
    ],
)
async def test_what_is_missing_is_named(
    me: httpx.AsyncClient, behind: Behind, form: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    assert json_of(await me.post(PATH, **form), 400) == wrong
    assert behind.knowledge.asked == []


async def test_a_form_without_a_chosen_file_has_none(me: httpx.AsyncClient) -> None:
    # What browsers send for an empty file input.
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await me.post(PATH, content=body, headers=headers, params=KB)
    assert json_of(response, 400) == {"file": NO_FILE}


async def test_a_foreign_knowledge_base_is_told_on_its_field(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    for where in ({"data": {"kb_uuid": str(FOREIGN)}}, {"params": {"kb_uuid": str(FOREIGN)}}):
        response = await upload(me, **where)
        assert json_of(response, 400) == {"kb_uuid": ["Object does not exist."]}
    assert behind.store.stored == {}


async def test_another_content_type_is_not_supported(me: httpx.AsyncClient) -> None:
    told = {"detail": 'Unsupported media type "application/json" in request.'}
    assert json_of(await me.post(PATH, json={"file": "x"}), 415) == told


async def test_a_broken_form_is_told(me: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await me.post(PATH, content=b"nonsense", headers=headers)
    assert json_of(response, 400)["detail"].startswith("Multipart form parse error - ")


async def test_too_large_a_file_is_refused_by_its_announced_length(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    async def never_read() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {
        "Content-Length": str(10 * LIMITS.upload_bytes),
        "Content-Type": "multipart/form-data; boundary=b",
    }
    response = await me.post(PATH, content=never_read(), headers=headers)
    told = "The request body is limited to 200000 bytes, and this one has 2000000 or more."
    assert json_of(response, 413) == {"detail": told}
    assert behind.knowledge.asked == []


async def test_too_large_a_file_without_length_is_refused_while_it_arrives(
    me: httpx.AsyncClient,
) -> None:
    pieces_read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal pieces_read
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            pieces_read += 1
            yield b"x" * 10_000

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await me.post(PATH, content=pieces(), headers=headers)
    assert response.status_code == 413
    assert pieces_read < 30


async def test_a_file_just_over_the_limit_is_refused_too(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    response = await upload(me, content=b"x" * (LIMITS.upload_bytes + 1))
    assert json_of(response, 413)["detail"].startswith("A file is limited to 200000 bytes")
    assert behind.knowledge.asked == []
    json_of(await upload(me, content=b"x" * LIMITS.upload_bytes), 201)


async def test_a_storage_that_is_away_is_told_and_nothing_completed(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    behind.store.failure = Unavailable.of("Object storage")
    response = await upload(me)

    assert json_of(response, 503) == {"detail": "Object storage is temporarily unavailable."}
    assert len(behind.knowledge.asked) == 1


async def test_an_unsupported_type_is_told_on_the_file(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    behind.knowledge.failure = InvalidRequest.on("file", "Unsupported. Try pdf.")
    assert json_of(await upload(me), 400) == {"file": ["Unsupported. Try pdf."]}


async def test_a_file_that_arrives_too_slowly_is_refused(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            await asyncio.sleep(0.05)
            yield b"x"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await me.post(PATH, content=pieces(), headers=headers)
    told = {"detail": "The request body did not arrive within 0.5 seconds."}
    assert json_of(response, 408) == told
    assert response.headers["Connection"] == "close"
    assert behind.knowledge.asked == []


async def test_one_upload_too_many_is_sent_away_until_another_has_ended(
    me: httpx.AsyncClient,
) -> None:
    go_on = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await go_on.wait()
        yield b"--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    under_way = [
        asyncio.create_task(me.post(PATH, content=waiting(), headers=headers)) for _ in range(2)
    ]
    await asyncio.sleep(0.05)
    refused = await upload(me)
    assert json_of(refused, 503) == {"detail": "Uploading is temporarily unavailable."}
    assert int(refused.headers["Retry-After"]) > 0

    go_on.set()
    await asyncio.gather(*under_way)
    json_of(await upload(me), 201)
