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
    try:
        media_kind = kind_of(name)
    except UnsupportedDocument as refusal:
        raise InvalidRequest.on("file", refusal.reason) from None
    allowed = ALLOWED[kind]
    if allowed is not None and media_kind not in allowed:
        types = ", ".join(sorted(allowed))
        raise InvalidRequest.on("file", f"The file is no spreadsheet. Supported types: {types}.")
    if size_bytes == 0:
        raise InvalidRequest.on("file", EMPTY)
