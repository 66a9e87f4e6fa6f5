"""A DuckDB in memory that holds some Parquet files as views and can reach nothing else."""

from collections.abc import Mapping, Sequence

import duckdb

SPARE_BYTES = 1024 * 1024 * 1024
"""Of addresses, beside what DuckDB may fill: Python, its libraries, the Parquet files."""


def opened(tables: Mapping[str, str], *, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """tables: paths by the names of the views. No file, network, extension or setting but these."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    paths = ", ".join(map(_quoted_text, dict.fromkeys(tables.values())))
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    for name, path in tables.items():
        view = f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet({_quoted_text(path)})"  # noqa: S608
        connection.execute(view)
    connection.execute("SET lock_configuration = true")
    return connection


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted_list(names: Sequence[str]) -> str:
    """Identifiers, comma-separated."""
    return ", ".join(map(quoted, names))


def _quoted_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
