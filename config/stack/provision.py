"""The application's role and database in the embedded cluster."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from config.stack.paths import Layout
from config.stack.secret_files import kept_secret
from config.stack.urls import socket_database_url

ROLE = DATABASE = "lookalike"
EXTENSIONS = ("vector", "pg_trgm", "unaccent", "btree_gin")


def answers(sockets: Path) -> bool:
    """Whether the cluster runs a real query for its superuser (peer authentication)."""
    try:
        with _superuser(sockets, "postgres") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def provision(layout: Layout) -> str:
    """The address of the database, whose role and extensions exist afterwards.

    The role is no superuser, yet may create databases. `vector` is not a trusted extension, so
    the superuser installs all of them, also into template1: test databases then have them.
    """
    password = kept_secret(layout.data / "postgres_password")
    sockets = layout.sockets()
    with _superuser(sockets, "postgres") as connection:
        _ensure_role(connection, password)
        _ensure_database(connection)
    for name in ("template1", DATABASE):
        with _superuser(sockets, name) as connection:
            _ensure_extensions(connection)
    return socket_database_url(folder=sockets, user=ROLE, password=password, name=DATABASE)


def _superuser(sockets: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(sockets), user="postgres", dbname=database, autocommit=True, connect_timeout=5
    )


def _ensure_role(connection: psycopg.Connection, password: str) -> None:
    """Create the role, or give it the password again: its file may have been lost."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    # Hashed on this side, so that no log of the server can ever hold the password.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), ROLE.encode(), b"scram-sha-256"
    ).decode()
    statement = sql.SQL("{} ROLE {} LOGIN CREATEDB PASSWORD {}").format(
        sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(ROLE), sql.Literal(verifier)
    )
    connection.execute(statement)


def _ensure_database(connection: psycopg.Connection) -> None:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(query, [DATABASE]).fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(DATABASE), sql.Identifier(ROLE)
            )
        )


def _ensure_extensions(connection: psycopg.Connection) -> None:
    """Install what is missing and bring up to date what newer binaries come with."""
    query = """SELECT name, installed_version, default_version FROM pg_available_extensions
               WHERE name = ANY(%s) AND installed_version IS DISTINCT FROM default_version"""
    for name, installed, _ in connection.execute(query, [list(EXTENSIONS)]).fetchall():
        verb = "ALTER EXTENSION {} UPDATE" if installed else "CREATE EXTENSION {}"
        connection.execute(sql.SQL(verb).format(sql.Identifier(name)))
