"""recording"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = '0003'
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('media_type', sa.String(length=20), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('duration_ms', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('retention', sa.String(24), nullable=False),
    sa.Column('recorded_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_piece_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_recording_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording')),
    sa.UniqueConstraint('code', name=op.f('uq_recording_code')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_recording_visit_id'))
    )
    with op.batch_alter_table('recording', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_state'), ['state'], unique=False)

    op.create_table('recording_take',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recording_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer_id'], ['account.id'], name=op.f('fk_recording_take_officer_id_account')),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_take_recording_id_recording')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_take')),
    sa.UniqueConstraint('recording_id', 'key', name=op.f('uq_recording_take_key')),
    sa.UniqueConstraint('recording_id', 'number', name=op.f('uq_recording_take_recording_id'))
    )
    op.create_table('recording_piece',
    sa.Column('take_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['take_id'], ['recording_take.id'], name=op.f('fk_recording_piece_take_id_recording_take')),
    sa.PrimaryKeyConstraint('take_id', 'number', name=op.f('pk_recording_piece'))
    )
    op.create_table('recording_gap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recording_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(24), nullable=False),
    sa.Column('reason', sa.String(24), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(24), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_recording_gap_decided_by_id_account')),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_gap_recording_id_recording')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_gap'))
    )
    with op.batch_alter_table('recording_gap', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_gap_recording_id'), ['recording_id'], unique=False)
        batch_op.create_index('uq_recording_gap_open', ['recording_id', 'kind'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    for table in KEPT:
        keep_forever(table)


KEPT = ('recording_piece', 'recording_take')


def downgrade() -> None:
    with op.batch_alter_table('recording_gap', schema=None) as batch_op:
        batch_op.drop_index('uq_recording_gap_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_recording_gap_recording_id'))

    op.drop_table('recording_gap')
    op.drop_table('recording_piece')
    op.drop_table('recording_take')
    with op.batch_alter_table('recording', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recording_state'))

    op.drop_table('recording')
    for table in KEPT:
        forget(table)
