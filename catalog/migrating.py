"""Operations for migrations that run while the shop is open, and may be stopped and run again."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Whoever reads or writes a table queues behind a change that waits for the table's lock. After
# this the change gives up, and the shop goes on.
PATIENCE = "SET LOCAL lock_timeout = '2s'"


def patiently(*operations: Operation) -> list[Operation]:
    """The operations of an atomic migration, where no lock is waited for longer than `PATIENCE`.

    Forwards the first operation says so, backwards the last, which then comes first.
    """
    return [RunSQL(PATIENCE, RunSQL.noop), *operations, RunSQL(RunSQL.noop, PATIENCE)]


def has_index(schema_editor: BaseDatabaseSchemaEditor, name: str) -> bool:
    """Whether there is a valid index `name`. An invalid one, left by a stopped build, is dropped.

    Not in a transaction: it is dropped concurrently.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))",
            [name],
        )
        found = cursor.fetchone()
    if found is None:
        return False
    (valid,) = found
    if not valid:
        quoted = schema_editor.connection.ops.quote_name(name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}", params=None)
    return bool(valid)


class MakeIndex(AddIndexConcurrently):
    """Django's operation, but one that can be run again after it was stopped at any point."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not has_index(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class UnmakeIndex(RemoveIndexConcurrently):
    """The opposite of MakeIndex; backwards it too can be run again."""

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not has_index(schema_editor, self.name):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
