"""Which files may become which kind of document."""

from contracts.errors import InvalidRequest, TooLarge
from contracts.rpc.knowledge import Kind
from services.knowledge.domain.media_types import UnsupportedDocument, kind_of

EMPTY = "The submitted file is empty."
SHEETS = frozenset({"xlsx", "xls", "xlsb", "ods", "csv", "tsv"})
DATA_SHEETS = frozenset({"xlsx", "xls", "ods", "csv"})
ALLOWED: dict[Kind, frozenset[str] | None] = {
    "file": None,
    "excel": SHEETS,
    "data_excel": DATA_SHEETS,
}


def check_announced(*, name: str, kind: Kind, size_bytes: int, limit_bytes: int) -> None:
    """Raises InvalidRequest on `file`, or TooLarge, before any byte is sent."""
    if size_bytes > limit_bytes:
        raise TooLarge(
            f"The file has {size_bytes:,} bytes; at most {limit_bytes:,} bytes are allowed."
        )
    if refusal := _refused_type(name, ALLOWED[kind]):
        raise InvalidRequest.on("file", refusal)
    if size_bytes == 0:
        raise InvalidRequest.on("file", EMPTY)


def _refused_type(name: str, allowed: frozenset[str] | None) -> str | None:
    """Why a file of that name may not be uploaded here; it names the types that may."""
    try:
        media_kind = kind_of(name)
    except UnsupportedDocument as refusal:
        if allowed is None:
            return refusal.reason
    else:
        if allowed is None or media_kind in allowed:
            return None
    types = ", ".join(sorted(allowed))
    return f"The file is no spreadsheet. Supported types: {types}."
