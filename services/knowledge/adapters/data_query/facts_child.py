"""The child process that looks through one table: a job on standard input, facts on standard output.

Started as `python -m services.knowledge.adapters.data_query.facts_child PARENT MEMORY_MB SECONDS`.
The texts that questions may name go into a file of their own, one JSON line per column.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from services.knowledge.adapters.confinement import confine
from services.knowledge.adapters.data_query.database import SPARE_BYTES, opened, quoted
from services.knowledge.adapters.data_query.spelling import folded

MOST_COLUMNS = 200
MOST_VALUES = 50_000
"""Of one column, the commonest ones."""
MOST_VALUES_IN_ALL = 200_000
LONGEST_VALUE = 100
COUNTED_ROWS = 300_000
"""Above that different values are estimated."""
SHOWN_VALUES = 20
SHOWN_OF_MANY = 5
_RANGED = ("integer", "number", "date", "datetime")
_FILE_BYTES = 128 * 1024 * 1024


def main(arguments: list[str]) -> None:
    """Answers `{"columns": [{"distinct", "values", "min", "max"}]}`."""
    parent, memory_mb, seconds = map(int, arguments)
    limit = memory_mb * 1024 * 1024 + SPARE_BYTES
    confine(parent=parent, memory_bytes=limit, cpu_seconds=seconds + 1, file_bytes=_FILE_BYTES)
    print(json.dumps(facts(json.load(sys.stdin), memory_mb), ensure_ascii=False))  # noqa: T201


def facts(job: dict[str, Any], memory_mb: int) -> dict[str, Any]:
    """job: `path`, `rows`, `columns` ({"name", "type"}), `values`: where the texts go."""
    connection = opened({"t": job["path"]}, memory_mb=memory_mb)
    columns = job["columns"][:MOST_COLUMNS]
    is_small = job["rows"] <= COUNTED_ROWS
    told = [_facts(connection, each, exactly=is_small) for each in columns]
    room = MOST_VALUES_IN_ALL
    with Path(job["values"]).open("w", encoding="utf-8") as file:
        for column, about in zip(columns, told, strict=True):
            if column["type"] != "text" or not room:
                continue
            values = _values(connection, column["name"], min(room, MOST_VALUES))
            room -= len(values)
            about["values"] = values[: _shown(about["distinct"])]
            pairs = [[value, fold] for value in values if (fold := folded(value))]
            line = json.dumps({"column": column["name"], "values": pairs}, ensure_ascii=False)
            file.write(f"{line}\n")
    return {"columns": told}


def _facts(
    connection: duckdb.DuckDBPyConnection, column: dict[str, Any], *, exactly: bool
) -> dict[str, Any]:
    name = quoted(column["name"])
    count = f"count(DISTINCT {name})" if exactly else f"approx_count_distinct({name})"
    ranged = f", min({name})::VARCHAR, max({name})::VARCHAR" if column["type"] in _RANGED else ""
    asked = f"SELECT {count}{ranged} FROM t"  # noqa: S608 - quoted
    ((distinct, *bounds),) = connection.execute(asked).fetchall()
    low, high = bounds or ("", "")
    return {"distinct": distinct, "min": low or "", "max": high or "", "values": []}


def _values(connection: duckdb.DuckDBPyConnection, column: str, most: int) -> list[str]:
    """The commonest first; none where there is no memory to count them."""
    name = quoted(column)
    asked = (
        f"SELECT {name} FROM t WHERE length({name}) <= {LONGEST_VALUE} "  # noqa: S608 - quoted
        f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {most}"
    )
    try:
        return [row[0] for row in connection.execute(asked).fetchall()]
    except duckdb.OutOfMemoryException:
        return []


def _shown(distinct: int) -> int:
    return SHOWN_VALUES if distinct <= SHOWN_VALUES else SHOWN_OF_MANY


if __name__ == "__main__":
    main(sys.argv[1:])
