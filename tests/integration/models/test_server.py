"""The cohere SDK drives the model server: embed, rerank, extractive chat, refusals, errors."""

import asyncio
import base64
from contextlib import aclosing

import cohere
import httpx
import numpy as np
import pytest

from tests.integration.models.conftest import need_weights, serving

DOCUMENTS = [
    {
        "id": "voyager",
        "data": {
            "title": "Voyager",
            "text": "Voyager 1 was launched by NASA on 5 September 1977. It left aboard a Titan IIIE "
            "rocket. Dr. Carl Sagan chaired the committee that chose the golden record's contents.",
        },
    },
    "Bananas are yellow. They grow in warm countries.",
    {"id": "delhi", "data": {"text": "भारत की राजधानी नई दिल्ली है। यह यमुना नदी के किनारे है।"}},
]


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_embeddings_have_the_reference_s_geometry(client: cohere.ClientV2) -> None:
    texts = ["A man is eating food.", "A man is eating a piece of bread.", "The sky is blue."]
    made = client.embed(
        model="local-embed", input_type="search_document", texts=texts, embedding_types=["float"]
    )
    vectors = np.array(made.embeddings.float_)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] == pytest.approx(0.7553, abs=0.04)
    assert vectors[0] @ vectors[2] < 0.3
    assert made.meta.billed_units.input_tokens == 20


def test_every_encoding_describes_the_same_vector(client: cohere.ClientV2) -> None:
    kinds = ["float", "base64", "int8", "uint8", "binary", "ubinary"]
    made = client.embed(
        model="local-embed", input_type="search_query", texts=["one text"], embedding_types=kinds
    ).embeddings
    exact = np.array(made.float_[0])
    packed = np.frombuffer(base64.b64decode(made.base64[0]), "<f4")
    assert np.allclose(packed, exact, atol=1e-6)
    assert np.abs(np.array(made.int8[0]) / 127 - exact).max() < 0.01
    assert np.array_equal(np.array(made.uint8[0]) - 128, np.array(made.int8[0]))
    assert np.array_equal(np.unpackbits(np.array(made.ubinary[0], np.uint8)), packed > 0)
    assert np.array_equal(np.array(made.binary[0]) + 128, np.array(made.ubinary[0]))


def test_a_batch_keeps_its_order_whatever_the_lengths(client: cohere.ClientV2) -> None:
    texts = [("cat " * length) + f"number {length}" for length in (200, 1, 700, 30, 5)] * 4
    whole = _vectors(client, texts)
    single = np.vstack([_vectors(client, [text]) for text in texts[:5]])
    assert (whole[:5] * single).sum(axis=1).min() > 0.97
    assert np.allclose(whole[:5], whole[15:], atol=0.05)


def test_a_long_text_is_read_to_its_end(client: cohere.ClientV2) -> None:
    filler = "The weather was fine and nothing happened that day. " * 35
    plain, late, query = _vectors(
        client,
        [filler, filler + "Voyager left on a Titan rocket. " * 8, "Which rocket did Voyager use?"],
    )
    assert late @ query > plain @ query + 0.05


def _vectors(client: cohere.ClientV2, texts: list[str]) -> np.ndarray:
    made = client.embed(
        model="local-embed", input_type="search_document", texts=texts, embedding_types=["base64"]
    )
    return np.vstack(
        [np.frombuffer(base64.b64decode(each), "<f4") for each in made.embeddings.base64]
    )


def test_rerank_puts_the_matching_document_first(client: cohere.ClientV2) -> None:
    ranked = client.rerank(
        model="local-rerank",
        query="golden record committee",
        documents=["Bananas are yellow.", "The committee of the golden record.", "A record."],
        top_n=2,
    )
    assert [result.index for result in ranked.results] == [1, 2]
    assert 0 <= ranked.results[1].relevance_score < ranked.results[0].relevance_score <= 1


def test_a_streamed_answer_is_a_cited_quote(client: cohere.ClientV2) -> None:
    events = list(
        client.chat_stream(
            model="local-extractive",
            messages=ask("Who chaired the committee of the golden record?"),
            documents=DOCUMENTS,
        )
    )
    text = "".join(e.delta.message.content.text for e in events if e.type == "content-delta")
    assert "Dr. Carl Sagan chaired the committee that chose the golden record's contents." in text
    cited = next(e for e in events if e.type == "citation-start").delta.message.citations
    assert text[cited.start : cited.end] == cited.text
    assert cited.sources[0].id == "voyager"
    assert events[0].type == "message-start"
    assert events[-1].type == "message-end"
    assert events[-1].delta.finish_reason == "COMPLETE"
    assert events[-1].delta.usage.tokens.output_tokens > 5


def test_a_question_in_hindi_is_answered_from_the_hindi_document(client: cohere.ClientV2) -> None:
    answer = client.chat(
        model="local-extractive", messages=ask("भारत की राजधानी क्या है?"), documents=DOCUMENTS
    )
    assert "नई दिल्ली" in answer.message.content[0].text
    assert answer.message.citations[0].sources[0].id == "delhi"


def test_what_the_documents_do_not_hold_is_refused_without_citation(
    client: cohere.ClientV2,
) -> None:
    answer = client.chat(
        model="local-extractive",
        messages=ask("Who was the first king of Norway?"),
        documents=DOCUMENTS,
    )
    assert "do not contain" in answer.message.content[0].text
    assert not answer.message.citations


def test_without_documents_the_model_says_what_it_is(client: cohere.ClientV2) -> None:
    answer = client.chat(model="local-extractive", messages=ask("Tell me a joke"))
    assert "extractive" in answer.message.content[0].text


async def test_the_async_client_streams_and_may_hang_up(models_url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as transport:
        client = cohere.AsyncClientV2(api_key="unused", base_url=models_url, httpx_client=transport)

        async def first_event() -> str:
            stream = client.chat_stream(
                model="local-extractive",
                messages=ask("What colour are bananas?"),
                documents=DOCUMENTS,
            )
            async with aclosing(stream) as events:
                async for event in events:
                    return event.type
            return ""

        assert await asyncio.gather(*(first_event() for _ in range(8))) == ["message-start"] * 8
        made = await client.embed(
            model="local-embed", input_type="search_query", texts=["x"], embedding_types=["float"]
        )
        assert len(made.embeddings.float_[0]) == 384


@pytest.mark.parametrize(
    "wish",
    [
        {"response_format": {"type": "json_object"}},
        {
            "tools": [
                {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
            ]
        },
        {"logprobs": True},
    ],
)
def test_what_the_model_cannot_do_is_a_400_that_says_so(
    client: cohere.ClientV2, wish: dict
) -> None:
    with pytest.raises(cohere.BadRequestError) as refused:
        client.chat(model="local-extractive", messages=ask("x"), documents=DOCUMENTS, **wish)
    assert "local-extractive" in refused.value.body["message"]


def test_a_refused_stream_is_a_status_and_not_an_event(client: cohere.ClientV2) -> None:
    with pytest.raises(cohere.NotFoundError):
        next(iter(client.chat_stream(model="no-such-model", messages=ask("x"))))


@pytest.mark.parametrize("texts", [[], ["x"] * 97])
def test_a_batch_has_between_one_and_96_texts(client: cohere.ClientV2, texts: list[str]) -> None:
    with pytest.raises(cohere.BadRequestError, match="texts"):
        client.embed(
            model="local-embed", input_type="search_query", texts=texts, embedding_types=["float"]
        )


def test_truncation_may_be_forbidden(client: cohere.ClientV2) -> None:
    with pytest.raises(cohere.BadRequestError, match="tokens"):
        client.embed(
            model="local-embed", input_type="search_document", texts=["word " * 3000],
            embedding_types=["float"], truncate="NONE",
        )  # fmt: skip


@pytest.mark.parametrize("body", [b"{bad", b"", b"[]", b'"x"', b'{"model": 3}', b"\xff\xfe"])
@pytest.mark.parametrize("path", ["/v2/chat", "/v2/embed", "/v2/rerank"])
def test_a_bad_body_is_a_400_with_a_message(models_url: str, path: str, body: bytes) -> None:
    answer = httpx.post(
        models_url + path, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_body_over_the_limit_is_refused(models_url: str) -> None:
    answer = httpx.post(models_url + "/v2/embed", content=b" " * (17 * 1024 * 1024))
    assert answer.status_code == 413


def test_models_say_what_they_can_do(client: cohere.ClientV2, models_url: str) -> None:
    cards = {card.name: card for card in client.models.list().models}
    assert cards["local-extractive"].endpoints == ["chat"]
    assert cards["local-embed"].endpoints == ["embed"]
    listed = httpx.get(models_url + "/v1/models", params={"endpoint": "rerank"}).json()["models"]
    assert [card["name"] for card in listed] == ["local-rerank"]
    assert "Not a cross-encoder" in listed[0]["description"]


def test_the_probes_answer(models_url: str, client: cohere.ClientV2) -> None:
    client.chat(model="local-extractive", messages=ask("count me"))
    assert httpx.get(models_url + "/healthz").status_code == 200
    assert httpx.get(models_url + "/readyz").json()["chat"] == ["local-extractive"]
    assert (
        'parlance_models_requests_total{path="/v2/chat"' in httpx.get(models_url + "/metrics").text
    )


def test_a_key_that_is_set_is_asked_for() -> None:
    need_weights("all-minilm-l6-v2")
    with serving(generative="none", api_key="s3cret") as url:
        refused = httpx.get(url + "/v1/models")
        assert (refused.status_code, "message" in refused.json()) == (401, True)
        allowed = httpx.get(url + "/v1/models", headers={"Authorization": "Bearer s3cret"})
        assert allowed.status_code == 200
        assert httpx.get(url + "/healthz").status_code == 200
