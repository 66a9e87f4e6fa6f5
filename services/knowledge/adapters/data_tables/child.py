"""The child process that reads the tables of one file: confined as readers of documents are.

Started as `python -m services.knowledge.adapters.data_tables.child PARENT KIND PATH FOLDER MEMORY
SECONDS`; writes `<n>.parquet` into FOLDER and one line of JSON to its standard output.
"""

import json
import sys
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pyarrow import parquet

from services.knowledge.adapters.confinement import confine
from services.knowledge.adapters.data_tables.columns import typed
from services.knowledge.adapters.data_tables.sheets import Sheet, sheets
from services.knowledge.adapters.extraction.spreadsheet import written
from services.knowledge.domain.data_table import SHOWN_COLUMNS, ColumnType
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.media_types import Kind

HEAD_ROWS = 5
DAMAGED = "The file is damaged or is not what its name says."
OUT_OF_MEMORY = "Reading the tables needs more memory than is allowed."
NO_TABLE = "No table found in the file."
_CELL_CHARACTERS = 100  # of a row that is shown
_TYPES: dict[ColumnType, Any] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "text": pa.string(),
}


def main(arguments: list[str]) -> None:
    """Reads the file that the arguments name; never raises."""
    parent, kind, path, folder, memory, seconds = arguments
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    confine(parent=int(parent), memory_bytes=int(memory), cpu_seconds=int(seconds))
    print(json.dumps(told(Path(path), cast("Kind", kind), Path(folder))))  # noqa: T201


def told(path: Path, kind: Kind, folder: Path) -> dict[str, Any]:
    """`{"tables": [...]}`, or `{"failed": reason}`. A reader's own errors mean a damaged file."""
    try:
        tables = [
            _kept(sheet, folder / f"{n}.parquet") for n, sheet in enumerate(sheets(path, kind))
        ]
    except ExtractionFailed as failure:
        return {"failed": failure.reason}
    except (MemoryError, pa.ArrowMemoryError):
        return {"failed": OUT_OF_MEMORY}
    except Exception as error:  # noqa: BLE001 -- readers raise anything on hostile files
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return {"failed": DAMAGED}
    return {"tables": tables} if tables else {"failed": NO_TABLE}


def _kept(sheet: Sheet, target: Path) -> dict[str, Any]:
    """Written column by column; a column's cells are let go as soon as they are."""
    head = [
        [written("" if cell is None else cell)[:_CELL_CHARACTERS] for cell in row]
        for row in zip(*(each[:HEAD_ROWS] for each in sheet.columns[:SHOWN_COLUMNS]), strict=True)
    ]
    rows = len(sheet.columns[0])
    arrays, columns = [], []
    for position, name in enumerate(sheet.names):
        kind, values = typed(sheet.columns[position])
        sheet.columns[position] = []
        array = pa.array(values, type=_TYPES[kind])
        columns.append({"name": name, "type": kind, "filled": rows - array.null_count})
        arrays.append(array)
    table = pa.table(arrays, names=sheet.names)
    parquet.write_table(table, target, compression="zstd")
    return {"sheet": sheet.name, "rows": rows, "columns": columns, "head": head}


if __name__ == "__main__":
    main(sys.argv[1:])
