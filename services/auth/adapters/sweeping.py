"""Rows that have had their time."""

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_


def sweep(connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
    """Delete some of them, in passing: rows that somebody else is at are left to the next."""
    key = table.primary_key.columns
    some = select(*key).where(condition).limit(1000).with_for_update(skip_locked=True)
    connection.execute(delete(table).where(tuple_(*key).in_(some)))
