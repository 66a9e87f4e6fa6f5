"""The child process that runs one query: a job on standard input, its answer on standard output.

Started as `python -m services.knowledge.adapters.data_query.query_child PARENT MEMORY_MB SECONDS`.
"""

import json
import sys
from typing import Any

import duckdb

from services.knowledge.adapters.confinement import confine
from services.knowledge.adapters.data_query.cells import column_type, row_json
from services.knowledge.adapters.data_query.database import SPARE_BYTES, opened
from services.knowledge.adapters.data_query.statement import Refused, tables_asked

_ROWS_AT_ONCE = 500
_LONGEST_COMPLAINT = 1_000


def main(arguments: list[str]) -> None:
    """Answers `{"columns", "types", "rows", "total_rows", "tables"}`, `{"refused": why}` or
    `{"too_large": why}`."""
    parent, memory_mb, seconds = map(int, arguments)
    limit = memory_mb * 1024 * 1024 + SPARE_BYTES
    confine(parent=parent, memory_bytes=limit, cpu_seconds=seconds + 1, file_bytes=0)
    print(json.dumps(answer(json.load(sys.stdin), memory_mb), ensure_ascii=False))  # noqa: T201


def answer(job: dict[str, Any], memory_mb: int) -> dict[str, Any]:
    """job: `tables` (paths by name), `sql`, `max_rows`, `max_bytes` of the rows."""
    try:
        return _answered(opened(job["tables"], memory_mb=memory_mb), job)
    except (Refused, UnicodeError) as refused:
        return {"refused": str(refused)[:_LONGEST_COMPLAINT]}
    except RecursionError:
        return {"refused": "The query is nested too deeply."}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"too_large": f"The query needs more than {memory_mb} MB of memory."}
    except duckdb.Error as error:
        return {"refused": str(error)[:_LONGEST_COMPLAINT]}


def _answered(connection: duckdb.DuckDBPyConnection, job: dict[str, Any]) -> dict[str, Any]:
    sql = job["sql"]
    (told,) = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    asked = tables_asked(json.loads(told[0]), {name.lower() for name in job["tables"]})
    running = connection.execute(sql)
    heads = running.description or []
    rows, is_all = _rows(running, most=job["max_rows"], most_bytes=job["max_bytes"])
    if not rows and not is_all:
        return {"too_large": f"A row has more than {job['max_bytes']:,} bytes."}
    return {
        "columns": [head[0] for head in heads],
        "types": [column_type(str(head[1])) for head in heads],
        "rows": f"[{','.join(rows)}]",
        "total_rows": len(rows) if is_all else _total(connection, sql),
        "tables": asked,
    }


def _rows(
    running: duckdb.DuckDBPyConnection, *, most: int, most_bytes: int
) -> tuple[list[str], bool]:
    """The first rows as JSON, as far as there is room, and whether these are all."""
    kept: list[str] = []
    room = most_bytes
    while batch := running.fetchmany(_ROWS_AT_ONCE):
        for row in batch:
            text = row_json(row)
            room -= len(text.encode()) + 1
            if len(kept) == most or room < 0:
                return kept, False
            kept.append(text)
    return kept, True


def _total(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    connection.abort()  # what was not fetched of the first run
    return int(connection.sql(sql).count("*").fetchall()[0][0])


if __name__ == "__main__":
    main(sys.argv[1:])
