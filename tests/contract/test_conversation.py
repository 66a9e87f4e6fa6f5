"""The drawn arrows are the only ones: `contracts/conversation.py` is held against what the code imports."""

from functools import cache
from pathlib import Path

import grimp

from contracts.conversation import ASKS_BY_RPC, LISTENS_TO, STREAMS_BY_GRPC

ROOT = Path(__file__).parents[2]
Arrow = tuple[str, str]


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("services", "contracts", "chassis", include_external_packages=True)


def arrows(prefix: str, *, rooms: tuple[str, ...] = ("",)) -> set[Arrow]:
    """(service, the part of `prefix` that it imports), for modules of services in `rooms`."""
    found = set()
    for module in graph().find_descendants("services"):
        service, _, room = module.removeprefix("services.").partition(".")
        if not room.startswith(rooms):
            continue
        for imported in graph().find_modules_directly_imported_by(module):
            if imported.startswith(f"{prefix}."):
                found.add((service, imported.removeprefix(f"{prefix}.").split(".")[0]))
    return {(asker, asked) for asker, asked in found if asker != asked}


def grpc_arrows() -> set[Arrow]:
    """External packages are squashed to `protos`, so the text says which one a module speaks."""
    found = set()
    for path in (ROOT / "services").glob("*/**/*.py"):
        service = path.relative_to(ROOT / "services").parts[0]
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]) and words[1].startswith("protos."):
                found.add((service, words[1].split(".")[1]))
    return {(asker, asked) for asker, asked in found if asker != asked}


def has_circle(pairs: set[Arrow]) -> bool:
    left = set(pairs)
    while left:
        ends = {asked for _, asked in left} - {asker for asker, _ in left}
        removable = {pair for pair in left if pair[1] in ends}
        if not removable:
            return True
        left -= removable
    return False


def test_services_ask_by_rpc_only_along_the_drawn_arrows() -> None:
    # A shape may be used in another service's answers; only adapters ask.
    assert arrows("contracts.rpc", rooms=("adapters",)) <= ASKS_BY_RPC


def test_no_room_knows_a_service_that_its_service_may_not_ask() -> None:
    assert arrows("contracts.rpc") <= ASKS_BY_RPC


def test_every_service_that_the_gateway_may_ask_is_asked() -> None:
    drawn = {pair for pair in ASKS_BY_RPC if pair[0] == "gateway"}
    assert {pair for pair in arrows("contracts.rpc") if pair[0] == "gateway"} == drawn


def test_services_stream_by_grpc_only_along_the_drawn_arrows() -> None:
    assert ("gateway", "assistants") in grpc_arrows()
    assert grpc_arrows() <= STREAMS_BY_GRPC


def test_services_listen_only_along_the_drawn_arrows() -> None:
    assert {pair for pair in arrows("contracts.events") if pair[1] != "envelope"} <= LISTENS_TO


def test_questions_never_go_round_in_a_circle() -> None:
    assert not has_circle(ASKS_BY_RPC)
    assert not has_circle(STREAMS_BY_GRPC)
    assert has_circle({("a", "b"), ("b", "c"), ("c", "a")})


def test_asyncio_processes_never_reach_nameko_or_eventlet() -> None:
    for module in (
        "services.gateway.entrypoints.http.server",
        "services.gateway.wiring",
    ):
        reached = graph().find_upstream_modules(module) | {module}
        assert not reached & {"nameko", "eventlet", "kombu"}
