"""The child process that finds stored values in a question: a job on standard input, matches on standard
output.

Started as `python -m services.knowledge.adapters.data_query.link_child PARENT MEMORY_MB SECONDS`. It
needs no DuckDB: the texts were written by `facts_child`.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from services.knowledge.adapters.confinement import confine
from services.knowledge.adapters.data_query.linking import Place, linked


def main(arguments: list[str]) -> None:
    """Answers a list of `[table, column, value, words, score]`."""
    parent, memory_mb, seconds = map(int, arguments)
    limit = memory_mb * 1024 * 1024
    confine(parent=parent, memory_bytes=limit, cpu_seconds=seconds + 1, file_bytes=0)
    print(json.dumps(matches(json.load(sys.stdin)), ensure_ascii=False))  # noqa: T201


def matches(job: dict[str, Any]) -> list[list[Any]]:
    """job: `question`, `values`: files by the names of their tables."""
    places: dict[str, list[Place]] = defaultdict(list)
    for table, path in job["values"].items():
        with Path(path).open(encoding="utf-8") as file:
            for line in file:
                column = json.loads(line)
                for value, folded in column["values"]:
                    places[folded].append(Place(table, column["column"], value))
    return [
        [each.place.table, each.place.column, each.place.value, each.words, each.score]
        for each in linked(job["question"], dict(places))
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
