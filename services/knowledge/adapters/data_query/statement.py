"""What a query may be, told from DuckDB's own syntax tree of it (`json_serialize_sql`).

DuckDB is locked besides: this is what gives a clear answer, and the second of two walls.
"""

from collections.abc import Collection, Iterator
from typing import Any

_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_SOURCES = frozenset(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION", "PIVOT"}
)
_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
_TOLD_NOTHING = frozenset({"current_setting", "getvariable", "getenv"})
ONE_SELECT = "Only one SELECT statement can be run."


class Refused(ValueError):
    """The query will not be run; says why."""


def tables_asked(tree: dict[str, Any], tables: Collection[str]) -> list[str]:
    """Those of `tables` (lower case) that a query names. Raises Refused.

    tree: as `json_serialize_sql` tells it.
    """
    if tree["error"]:
        told = str(tree["error_message"])
        raise Refused(ONE_SELECT if tree.get("error_type") == "not implemented" else told)
    if len(tree["statements"]) != 1:
        raise Refused(ONE_SELECT)
    parts = list(_parts(tree["statements"][0]))
    own = {name.lower() for part in parts for name in _defined(part)}
    asked: dict[str, None] = {}
    for part in parts:
        _check(part)
        if part.get("type") == "BASE_TABLE":
            name = _table_name(part)
            if name in tables:
                asked[name] = None
            elif name not in own:
                raise Refused(_no_table(name, tables))
    return list(asked)


def _check(part: dict[str, Any]) -> None:
    kind = part.get("type")
    if isinstance(kind, str) and "class" not in part:
        is_node, is_source = kind.endswith("_NODE"), "sample" in part
        if (is_node and kind not in _NODES) or (is_source and not is_node and kind not in _SOURCES):
            raise Refused(ONE_SELECT)
    if kind == "TABLE_FUNCTION":
        name = str(part["function"].get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise Refused(f"The table function {name} is not available.")
    elif str(part.get("function_name", "")).lower() in _TOLD_NOTHING:
        raise Refused(f"The function {part['function_name']} is not available.")


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree, without recursion: a query may be nested as deep as it likes."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _defined(part: dict[str, Any]) -> Iterator[str]:
    """Names of common table expressions."""
    if isinstance(ctes := part.get("cte_map"), dict):
        yield from (str(each["key"]) for each in ctes.get("map", []))
    if "cte_name" in part:
        yield str(part["cte_name"])


def _table_name(part: dict[str, Any]) -> str:
    path = part.get("qualified_name", {}).get("path", [])
    if part.get("catalog_name") or part.get("schema_name") or len(path) > 1:
        raise Refused("Tables are named without a schema.")
    return str(part["table_name"]).lower()


def _no_table(name: str, tables: Collection[str]) -> str:
    shown = ", ".join(sorted(tables)[:30]) or "none"
    return f"There is no table {name[:100]}. There are: {shown}."
