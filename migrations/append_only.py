"""What is written once: the database itself refuses to change or delete what was recorded."""

from collections.abc import Iterable

from alembic import op


def keep_forever(table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE where there is one) on the table from now on."""
    _refuse(table, "UPDATE")


def keep_columns(table: str, columns: Iterable[str]) -> None:
    """Refuse the same, but an UPDATE only where it names one of these columns."""
    _refuse(table, f"UPDATE OF {', '.join(columns)}")


def _refuse(table: str, update: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in (update, "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.split()[0].lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {update} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def let_go(table: str) -> None:
    """Undo either of the two on a table that stays."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    forget(table)


def forget(table: str) -> None:
    """What is left of `keep_forever` once the table itself is dropped."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {table}_append_only()")
