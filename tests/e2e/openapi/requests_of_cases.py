"""Requests made of what schemathesis draws: with ids of things that exist, and sent within bounds."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
from schemathesis.schemas import APIOperation

from tests.e2e.openapi.world import FILES, World

MINE, A_STRANGERS = range(9), range(9, 11)
AS_GENERATED = 11
"""What is picked for a member that names something: 9 of 12 are mine, 2 a stranger's, 1 is as generated."""
TIMEOUT_S = 30
TEXT_S = 0.2
"""So long a plain text is read: endpoint 39 takes two seconds to the end, every time."""
BAD_TOKENS = ["", "Bearer", "Bearer not.a.token", "Bearer two words", "Basic YTpi"]
TOKENS: list[str | None] = [None] * 40 + BAD_TOKENS
"""What is sent instead of the user's own."""
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "X-Request-ID": st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=150),
        "Accept": st.sampled_from(["*/*", "application/json", "text/html", "image/png", "x"]),
        "Origin": st.sampled_from(["http://localhost:3000", "https://elsewhere.example", "null"]),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A case, and what is decided beside it. Ids are picked by number: the same in every run."""

    case: Case
    headers: dict[str, str]
    picks: dict[str, int]
    bad_token: str | None
    other_slash: bool
    file: tuple[str, bytes] | None


@st.composite
def drawn(draw: st.DrawFn, operation: APIOperation, cases: st.SearchStrategy[Case]) -> Drawn:
    case = draw(cases)
    names = sorted({name for _, name in places(case)})
    return Drawn(
        case=case,
        headers=draw(HEADERS),
        picks={name: draw(st.integers(0, AS_GENERATED)) for name in names},
        bad_token=draw(st.sampled_from(TOKENS)),
        other_slash=draw(st.booleans()),
        file=draw(st.sampled_from([*FILES, None])),
    )


def any_case(operation: APIOperation, mode: GenerationMode) -> st.SearchStrategy[Drawn]:
    """Requests that follow the document, or that break it."""
    return drawn(operation, operation.as_strategy(generation_mode=mode))


def boundary_cases(operation: APIOperation, *, at_most: int) -> Iterator[Drawn]:
    """Every limit that the document names, met and missed; other methods; other kinds of bodies.

    Its first path parameter is one of mine each other time. Where there are more, they are spread evenly.
    """
    cases = list(
        CoverageGenerator(
            operation=operation,
            generation_modes=list(GenerationMode),
            generation_config=operation.schema.config.generation_for(operation=operation),
            auth_storage=None,
            override=Override(),
            feedback=NO_FEEDBACK,
        )
    )
    step = max(1, -(-len(cases) // at_most))
    for number, case in enumerate(cases[::step]):
        mine = dict.fromkeys(case.path_parameters or {}, number // 2 % 3)
        yield Drawn(
            case=case,
            headers={},
            picks=mine if number % 2 else {},
            bad_token=None,
            other_slash=False,
            file=None,
        )


def shown_cases(operation: APIOperation) -> list[st.SearchStrategy[Drawn]]:
    """Those that the document shows as examples."""
    return [drawn(operation, each) for each in operation.get_strategies_from_examples()]


def places(case: Case) -> Iterator[tuple[dict[str, Any], str]]:
    """Every member of the request, however deep, with what it is a member of."""
    for part in (case.path_parameters, case.query, case.body):
        yield from _members(part)


def _members(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(value, list):
        yield from itertools.chain.from_iterable(map(_members, value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield value, name
            yield from _members(inner)


def fill(drawn_case: Drawn, *, me: World, stranger: World) -> None:
    """Put existing things where the picks say so."""
    case = drawn_case.case
    for members, name in list(places(case)):
        pick = drawn_case.picks.get(name, AS_GENERATED)
        if pick == AS_GENERATED:
            continue
        owner = stranger if pick in A_STRANGERS else me
        if values := owner.values(name, case.path):
            members[name] = values[pick % len(values)]


def arguments(drawn_case: Drawn, *, base_url: str, token: str) -> dict[str, Any]:
    """What to give to requests."""
    authorization = token if drawn_case.bad_token is None else drawn_case.bad_token
    headers = {**drawn_case.headers, "Authorization": authorization}
    if not authorization:
        del headers["Authorization"]
    given = drawn_case.case.as_transport_kwargs(base_url=base_url, headers=headers)
    if drawn_case.other_slash:
        url = given["url"]
        given["url"] = url[:-1] if url.endswith("/") else f"{url}/"
    if drawn_case.file and given.get("files"):
        others = [part for part in given["files"] if part[0] != "file"]
        given["files"] = [*others, ("file", drawn_case.file)]
    return given


def send(session: requests.Session, given: dict[str, Any]) -> requests.Response:
    """The whole answer; of a plain text only what comes at first."""
    answer = session.request(**given, stream=True, allow_redirects=False, timeout=TIMEOUT_S)
    if answer.headers.get("Content-Type", "").startswith("text/plain"):
        answer._content = b"".join(_for_a_while(answer.iter_content(None), TEXT_S))
        answer.raw.close()
    assert answer.content is not None
    return answer


def _for_a_while(pieces: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    deadline = time.monotonic() + seconds
    return itertools.takewhile(lambda _: time.monotonic() < deadline, pieces)
