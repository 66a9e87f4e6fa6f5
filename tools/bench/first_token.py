"""The time to the first token that the product adds to the model server's own.

Twice. With questions asked just before, whose vectors the model server still has: only what is added
varies. And with its memory of sentences and questions flushed before every call, as for a new question.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
from cohere import ClientV2

from local.stack import Stack
from protos.knowledge.v1 import search_pb2, search_pb2_grpc
from tools.bench import indexing, stages
from tools.bench.asked import Asked
from tools.bench.figures import Spread, differences, interval, milliseconds
from tools.bench.ground import CHAT_MODEL, Ground
from tools.bench.processes import MODELS, CpuMeter
from tools.bench.table import Measured, Row
from tools.bench.texts import documents, questions

AIM_MS = 15.0
KEPT_SENTENCES = 32
"""The stack's PARLANCE_MODELS_SENTENCE_CACHE: enough for one answer (20 and the question), and
soon flushed. In the product it is 20,000."""
_FLUSH_TEXTS = 4  # more would go to the lane for batches, which keeps nothing


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one answer."""

    first_token_s: float
    text: str


class Ways:
    """The two ways to an answer."""

    def __init__(self, ground: Ground, *, assistant: str, prompt: str) -> None:
        self._ground = ground
        self._assistant = assistant
        self._prompt = prompt
        self._http = httpx.Client(timeout=60, trust_env=False)
        self._url = ground.variable("MODELS_URL")
        self._sdk = ClientV2(
            ground.variable("MODELS_API_KEY"), base_url=self._url, httpx_client=self._http
        )
        self._flushes = 0

    def ours(self, asked: Asked) -> Heard:
        """Endpoint 1, to its last line."""
        said: list[str] = []
        first = None
        began = time.perf_counter()
        for line in self._ground.client.stream(asked.question, assistant_uuid=self._assistant):
            if line["type"] == "token":
                first = first or time.perf_counter() - began
                said.append(line["content"])
            elif line["type"] == "error":
                raise RuntimeError(line["content"])
        return _heard(first, said)

    def direct(self, asked: Asked) -> Heard:
        """The SDK's chat_stream with what the product sends."""
        self._http.get(f"{self._url}/healthz")  # a kept connection: the SDK drops a stream's own
        said: list[str] = []
        first = None
        began = time.perf_counter()
        for event in self._sdk.chat_stream(**self._body(asked)):
            if event.type == "content-delta":
                first = first or time.perf_counter() - began
                said.append(event.delta.message.content.text)  # type: ignore[union-attr, arg-type]
        return _heard(first, said)

    def _body(self, asked: Asked) -> dict[str, Any]:
        return {
            "model": CHAT_MODEL,
            "messages": [
                {"role": "system", "content": self._prompt},
                {"role": "user", "content": asked.question},
            ],
            "documents": asked.documents,
            "temperature": 0.7,
            "p": 0.95,
            "frequency_penalty": 0.0,
            "max_tokens": 1024,
        }

    def flush(self, _: Asked) -> None:
        """Make the model server forget every sentence and question."""
        for _batch in range(KEPT_SENTENCES // _FLUSH_TEXTS):
            texts = [f"{self._flushes + at}" for at in range(_FLUSH_TEXTS)]
            self._flushes += _FLUSH_TEXTS
            indexing.embed_batch(self._sdk, texts, "search_query")


def _heard(first: float | None, said: list[str]) -> Heard:
    if first is None:
        raise RuntimeError("an answer without a token")
    return Heard(first, "".join(said))


def measure(ground: Ground) -> Measured:
    """Both rounds, then where the time goes."""
    known = documents(ground.sizes.known_characters)
    base = indexing.upload(ground, "Questions", known)
    indexing.index(ground, base)
    assistant = ground.client.save_assistant(
        assistant_name="Desk", organisation_name="The Library", goal="Answer from the documents."
    )
    ground.client.set_knowledge_base(assistant, base)
    rendered = ground.client.http.get(
        "/api/analytics/assistant/final-prompt/", params={"assistant_uuid": assistant}
    )
    ways = Ways(ground, assistant=assistant, prompt=rendered.json()["final_prompt"])
    asked = _with_passages(ground, base, questions(known, ground.sizes.questions))
    for each in asked:
        ways.ours(each)
        ways.direct(each)
    measured = Measured()
    rounds = {"questions asked before": ways.direct, "new questions": ways.flush}
    for what, prepare in rounds.items():
        row, measured.raw[what] = _round(ground.stack, ways, asked, what=what, prepare=prepare)
        measured.rows.append(row)
    found = stages.measure(ground, base=base, assistant=assistant, asked=asked, prepare=ways.direct)
    measured.raw["stages"] = found
    measured.notes.append(_stages_told(found))
    return measured


def _stages_told(found: dict[str, Any]) -> str:
    """One line per stage, in the order of the way."""
    width = max(map(len, found))
    lines = [
        f"  {stage.ljust(width)}  {milliseconds(spread['p50'])} / {milliseconds(spread['p95'])} ms"
        for stage, spread in found.items()
    ]
    return "\n".join(["Stages by themselves, with questions asked before:", *lines])


def _with_passages(ground: Ground, base: str, asked: list[str]) -> list[Asked]:
    with grpc.insecure_channel(ground.variable("SEARCH_ADDRESS")) as channel:
        ask = search_pb2_grpc.SearchStub(channel).Passages
        return [
            Asked(
                question,
                [
                    {"id": str(position), "data": _document(passage)}
                    for position, passage in enumerate(
                        ask(
                            search_pb2.PassagesRequest(
                                user_id=ground.user_id, knowledge_base_uuid=base, query=question
                            ),
                            timeout=20,
                        ).passages
                    )
                ],
            )
            for question in asked
        ]


def _document(passage: Any) -> dict[str, str]:
    document = {"title": passage.document_name, "text": passage.text}
    if passage.heading:
        document["section"] = passage.heading
    if passage.HasField("page"):
        document["page"] = str(passage.page)
    return document


def _round(
    stack: Stack, ways: Ways, asked: list[Asked], *, what: str, prepare: Callable[[Asked], object]
) -> tuple[Row, dict[str, Any]]:
    """Every question both ways round: ours, direct, direct, ours."""
    ours: list[float] = []
    direct: list[float] = []
    same = 0
    meter = CpuMeter(stack)
    for each in asked:
        for order in ((ours, direct), (direct, ours)):
            heard = {}
            for side in order:
                prepare(each)
                way = ways.ours if side is ours else ways.direct
                heard[side is ours] = way(each)
                side.append(heard[side is ours].first_token_s)
            same += heard[True].text == heard[False].text
    cpu = meter.read()
    return _row(what, ours, direct), _raw(ours, direct, cpu, same)


def _row(what: str, ours: list[float], direct: list[float]) -> Row:
    added = differences(ours, direct)
    spread = Spread.of(added)
    low, high = (milliseconds(bound * 1000) for bound in interval(added))
    return Row(
        what=f"Time to first token, {what}",
        ours=str(Spread.of(ours)),
        reference=f"model server {Spread.of(direct)}",
        compared=f"+{milliseconds(spread.p50)} ms (p50 of pairs, {low} to {high})",
        aim=f"<= {AIM_MS:.0f} ms",
        met=spread.p50 <= AIM_MS,
    )


def _raw(
    ours: list[float], direct: list[float], cpu: dict[str, float], same: int
) -> dict[str, Any]:
    """cpu_ms: per answer through the gateway, without the model server, which serves both ways."""
    parts = {
        name: round(used / len(ours) * 1000, 2)
        for name, used in cpu.items()
        if name not in (MODELS, "bench", "others") and used
    }
    return {
        "ours": Spread.of(ours).as_json(),
        "direct": Spread.of(direct).as_json(),
        "added": Spread.of(differences(ours, direct)).as_json(),
        "ours_s": ours,
        "direct_s": direct,
        "pairs_with_the_same_answer": same / len(ours),
        "cpu_ms_per_answer": parts,
    }
