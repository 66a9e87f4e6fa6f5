"""Create one role and one database per service when they are missing: a task of the launcher."""

import os
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


def create(administrator_url: str, database_url: str) -> None:
    """Make the role (with the URL's password) and the database that `database_url` names."""
    wanted = urlsplit(database_url)
    role, password = wanted.username or "", wanted.password or ""
    name = wanted.path.removeprefix("/")
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        verb = "ALTER" if connection.execute(known, [role]).fetchone() else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
            )
        )
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(known, [name]).fetchone():
            owner = {"name": sql.Identifier(name), "role": sql.Identifier(role)}
            connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {role}").format(**owner))
            connection.execute(
                sql.SQL("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC").format(**owner)
            )


def main() -> None:
    """Create those named as arguments, by the variables PARLANCE_<NAME>_DATABASE_URL."""
    settings = os.environ  # noqa: TID251 - a task of the launcher has no settings.py
    for name in sys.argv[1:]:
        create(
            settings["PARLANCE_LOCAL_ADMINISTRATOR_URL"],
            settings[f"PARLANCE_{name.upper()}_DATABASE_URL"],
        )


if __name__ == "__main__":
    main()
