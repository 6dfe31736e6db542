"""petitions written once: corrections beside them, and of denunciations nothing that tells who

What denunciations tell is encrypted where it stands, and where their authors live goes to the sealed record.
"""

import base64
import re

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_columns, keep_forever, let_go
from webapp.keyring import keyring

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PETITION = (
    "id",
    "code",
    "account_id",
    "kind",
    "protection_wanted",
    "lives_in_code",
    "happened_in_code",
    "narrative",
    "told",
    "on_behalf",
    "people",
    "needs",
    "against",
    "learned_on",
    "settled",
    "settled_by",
    "wish",
    "submitted_at",
    "request_key",
)
"""Not the case, which an officer may join or part; nor what comes after: the gate and the withdrawal."""
PETITIONER = (
    "petition_id",
    "full_name",
    "old_address",
    "paper_kind",
    "paper_number",
    "paper_look_up",
    "paper_issued_on",
    "paper_issued_by",
    "phone",
    "birth_year",
    "village",
    "represented",
    "language",
    "lives_in_code",
)
"""Not whether it is sealed: that may become necessary."""
_MARK = "\x01"  # as models.types has it
_TEXTS = ("narrative", "against", "settled_by", "wish", "withdrawal_reason")


def upgrade() -> None:
    op.create_table(
        "paper_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("paper_issued_on", sa.LargeBinary(), nullable=True),
        sa.Column("paper_issued_by", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitioner.petition_id"],
            name=op.f("fk_paper_correction_petition_id_petitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_paper_correction_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_correction")),
    )
    op.create_index(op.f("ix_paper_correction_petition_id"), "paper_correction", ["petition_id"])
    keep_forever("paper_correction")
    op.add_column("petitioner", sa.Column("lives_in_code", sa.LargeBinary(), nullable=True))
    _may_be_empty(True)
    _rewrite(_seal)
    keep_columns("petition", PETITION)
    keep_columns("petitioner", PETITIONER)
    keep_forever("representative")


def downgrade() -> None:
    for table in ("representative", "petitioner", "petition"):
        let_go(table)
    _rewrite(_open)
    _may_be_empty(False)
    # As it stands: a batch would make the table anew, on which others lean.
    op.drop_column("petitioner", "lives_in_code")
    op.drop_table("paper_correction")
    forget("paper_correction")


def _may_be_empty(empty: bool) -> None:
    """SQLite's own way to take such a constraint off a table on which others lean (lang_altertable, 7)."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.alter_column("petition", "lives_in_code", nullable=empty)
        return
    told = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'petition'"))
    rest = "" if empty else " NOT NULL"
    made = re.sub(r"(\blives_in_code VARCHAR\(\d+\))( NOT NULL)?", rf"\1{rest}", told, count=1)
    if made == told:
        raise RuntimeError("the table of petitions is not as it was made")
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = :made WHERE type = 'table' AND name = 'petition'"),
        {"made": made},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = RESET"))


def _rewrite(change) -> None:  # type: ignore[no-untyped-def]
    """Change what there is of denunciations already; additions, which are kept for ever, too."""
    bind = op.get_bind()
    told = sa.text(
        f"SELECT p.id, p.lives_in_code AS home, w.lives_in_code AS sealed_home, {', '.join('p.' + n for n in _TEXTS)} "
        "FROM petition p JOIN petitioner w ON w.petition_id = p.id WHERE p.kind = 'denunciation'"
    )
    rows = bind.execute(told).mappings().all()
    if not rows:
        return
    sets = ", ".join(f"{name} = :{name}" for name in _TEXTS)
    for row in rows:
        home, sealed = change(row["home"], row["sealed_home"])
        words = {name: _words(change, row[name]) for name in _TEXTS}
        of_petition = sa.text(f"UPDATE petition SET lives_in_code = :home, {sets} WHERE id = :id")
        bind.execute(of_petition, {"home": home, "id": row["id"], **words})
        bind.execute(
            sa.text("UPDATE petitioner SET lives_in_code = :sealed WHERE petition_id = :id"),
            {"sealed": sealed, "id": row["id"]},
        )
    let_go("petition_addition")
    added = sa.text(
        "SELECT a.id, a.body FROM petition_addition a JOIN petition p ON p.id = a.petition_id "
        "WHERE p.kind = 'denunciation'"
    )
    for row in bind.execute(added).mappings().all():
        changed = sa.text("UPDATE petition_addition SET body = :body WHERE id = :id")
        bind.execute(changed, {"body": _words(change, row["body"]), "id": row["id"]})
    keep_forever("petition_addition")


def _words(change, text: str) -> str:  # type: ignore[no-untyped-def]
    if change is _seal:
        return text if text.startswith(_MARK) else _MARK + base64.b64encode(keyring.encrypt(text)).decode()
    return keyring.decrypt(base64.b64decode(text.removeprefix(_MARK))) if text.startswith(_MARK) else text


def _seal(home: str | None, sealed: bytes | None) -> tuple[str | None, bytes | None]:
    return None, sealed if home is None else keyring.encrypt(home)


def _open(home: str | None, sealed: bytes | None) -> tuple[str | None, bytes | None]:
    return home if sealed is None else keyring.decrypt(bytes(sealed)), None
