import pytest

from contracts.errors import (
    ERRORS,
    InternalError,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    ServiceError,
    Throttled,
    Unavailable,
    from_wire,
)

SAMPLES = [
    InvalidRequest.on("name", "This field is required."),
    NotAuthenticated("Token is invalid", code="token_not_valid"),
    NotFound(what="assistant"),
    Throttled(retry_after_s=7),
    Unavailable.of("Object storage"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_arrives_as_it_left(error: ServiceError) -> None:
    back = from_wire(error.to_wire())
    assert type(back) is type(error)
    assert (back.detail, back.extra) == (error.detail, error.extra)


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_survives_namekos_way_of_sending_exceptions(error: ServiceError) -> None:
    detail, extra = error.args
    assert isinstance(detail, str)
    assert isinstance(extra, str)  # nameko turns None and numbers inside anything else into text
    assert type(error).rebuild(detail, extra).extra == error.extra


def test_an_unknown_error_is_a_bug_of_the_other_side() -> None:
    assert type(from_wire({"error": "Novelty", "detail": "?"})) is InternalError


def test_every_error_has_a_status_on_both_wires() -> None:
    for kind in ERRORS.values():
        assert 400 <= kind.http_status < 600
        assert kind.grpc_status.isupper()
