"""The tables of knowledge bases behind DuckDB, which runs in children."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from contracts.errors import InvalidRequest, TooLarge, Unavailable
from services.knowledge.adapters.data_query.children import Children, Crashed, TooBig, TooSlow
from services.knowledge.adapters.data_query.table_cache import TableCache
from services.knowledge.domain.data_query import (
    ColumnFacts,
    DescribedTable,
    NamedTable,
    QueryAnswer,
    ValueMatch,
)

log = structlog.get_logger(__name__)
CAPABILITY = "Reading data tables"
_Failures = (TooSlow, TooBig, Crashed)


class ChildTableEngine:
    """The port `TableEngine`. at_once: children; whoever finds no place for so long is sent away.

    most_bytes: of the rows of one answer.
    """

    def __init__(
        self,
        *,
        cache: TableCache,
        children: Children,
        most_bytes: int,
        at_once: int,
        patience_s: float = 10,
    ) -> None:
        self._cache = cache
        self._children = children
        self._most_bytes = most_bytes
        self._places = asyncio.Semaphore(at_once)
        self._patience_s = patience_s

    async def query(self, tables: Sequence[NamedTable], sql: str, *, max_rows: int) -> QueryAnswer:
        job = {
            "tables": await self._paths(tables),
            "sql": sql,
            "max_rows": max_rows,
            "max_bytes": self._most_bytes,
        }
        try:
            said = await self._do("query_child", job)
        except TooSlow:
            limit = f"{self._children.timeout_s:g} seconds"
            raise TooLarge(f"The query took longer than {limit}.") from None
        except TooBig:
            limit = f"{self._children.memory_mb} MB of memory"
            raise TooLarge(f"The query needs more than {limit}.") from None
        except Crashed:
            raise _wrong("The query could not be run.") from None
        if "refused" in said:
            raise _wrong(said["refused"])
        if "too_large" in said:
            raise TooLarge(said["too_large"])
        return QueryAnswer(
            columns=tuple(said["columns"]),
            types=tuple(said["types"]),
            rows=said["rows"],
            total_rows=said["total_rows"],
            tables=tuple(said["tables"]),
        )

    async def describe(self, tables: Sequence[NamedTable]) -> list[DescribedTable]:
        """Looks through new tables for as long as one job may take; the others wait for the next call."""
        until = time.monotonic() + self._children.timeout_s
        return [_described(table, await self._facts(table, until=until)) for table in tables]

    async def matches(self, tables: Sequence[NamedTable], question: str) -> list[ValueMatch]:
        """None where looking for them fails: a question can do without."""
        values = {
            each.name: str(path)
            for each in tables
            if (path := self._cache.beside(each.stored.key, "values")).exists()
        }
        try:
            found = await self._do("link_child", {"question": question, "values": values})
        except _Failures as failure:
            log.warning("linking_failed", reason=repr(failure))
            return []
        return [
            ValueMatch(table=table, column=column, value=value, words=words, score=score)
            for table, column, value, words, score in found
        ]

    async def _facts(self, table: NamedTable, *, until: float) -> list[dict[str, Any]]:
        """Per column; found out once. None where the table is too much to be looked through."""
        kept = self._cache.beside(table.stored.key, "facts")
        if (told := _read(kept)) or time.monotonic() > until:
            return told
        values, fresh = self._cache.fresh(), self._cache.fresh()
        try:
            said = await self._do("facts_child", await self._facts_job(table, values))
            found: list[dict[str, Any]] = said["columns"]
            fresh.write_text(json.dumps(found))
            values.replace(self._cache.beside(table.stored.key, "values"))
            fresh.replace(kept)
        except _Failures as failure:
            log.warning("table_not_described", key=table.stored.key, reason=repr(failure))
            return []
        finally:
            values.unlink(missing_ok=True)
            fresh.unlink(missing_ok=True)
        return found

    async def _facts_job(self, table: NamedTable, values: Path) -> dict[str, Any]:
        paths = await self._paths([table])
        return {
            "path": paths[table.name],
            "rows": table.stored.rows,
            "columns": [{"name": c.name, "type": c.type} for c in table.stored.columns],
            "values": str(values),
        }

    async def _paths(self, tables: Sequence[NamedTable]) -> dict[str, str]:
        """Raises Unavailable."""
        keys = [each.stored.key for each in tables]
        paths = await asyncio.gather(*(asyncio.to_thread(self._cache.path, key) for key in keys))
        return {each.name: str(path) for each, path in zip(tables, paths, strict=True)}

    async def _do(self, module: str, job: dict[str, Any]) -> Any:
        async with self._place():
            return await self._children.do(module, job)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable.of(CAPABILITY) from None
        try:
            yield
        finally:
            self._places.release()


def _wrong(message: str) -> InvalidRequest:
    return InvalidRequest(message, fields={"sql": [message]})


def _read(kept: Path) -> list[dict[str, Any]]:
    try:
        told: list[dict[str, Any]] = json.loads(kept.read_text())
    except (FileNotFoundError, ValueError):
        return []
    return told


def _described(table: NamedTable, told: Sequence[dict[str, Any]]) -> DescribedTable:
    """Of the first columns more is known than of the others."""
    facts = {column.name: about for column, about in zip(table.stored.columns, told, strict=False)}
    return DescribedTable(
        table=table,
        columns=tuple(
            ColumnFacts(
                name=column.name,
                type=column.type,
                filled=column.filled,
                **_about(facts.get(column.name)),
            )
            for column in table.stored.columns
        ),
    )


def _about(told: dict[str, Any] | None) -> dict[str, Any]:
    if told is None:
        return {}
    return {
        "distinct": told["distinct"],
        "values": tuple(told["values"]),
        "min": told["min"],
        "max": told["max"],
    }
