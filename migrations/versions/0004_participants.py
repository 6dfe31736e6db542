"""participants of a visit, their log, and messages of guests"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = '0004'
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('participant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(24), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('unit', sa.String(length=120), nullable=False),
    sa.Column('sitting_there', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('link_hash', sa.String(length=64), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('request_key', sa.String(length=64), nullable=True),
    sa.Column('admitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('admitted_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_reason', sa.Text(), nullable=False),
    sa.Column('hand_raised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('has_floor', sa.Boolean(), nullable=False),
    sa.Column('muted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_participant_account_id_account')),
    sa.ForeignKeyConstraint(['admitted_by_id'], ['account.id'], name=op.f('fk_participant_admitted_by_id_account')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['account.id'], name=op.f('fk_participant_invited_by_id_account')),
    sa.ForeignKeyConstraint(['removed_by_id'], ['account.id'], name=op.f('fk_participant_removed_by_id_account')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_participant_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participant')),
    sa.UniqueConstraint('code', name=op.f('uq_participant_code')),
    sa.UniqueConstraint('link_hash', name=op.f('uq_participant_link_hash')),
    sa.UniqueConstraint('visit_id', 'request_key', name=op.f('uq_participant_visit_id'))
    )
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_participant_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_participant_removed_at'), ['removed_at'], unique=False)
        batch_op.create_index('uq_participant_seat', ['visit_id', 'account_id'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('participant_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('happening', sa.String(24), nullable=False),
    sa.Column('by', sa.String(24), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('request_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_participant_event_actor_id_account')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_participant_event_participant_id_participant')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_participant_event_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participant_event')),
    sa.UniqueConstraint('visit_id', 'request_key', name=op.f('uq_participant_event_visit_id'))
    )
    with op.batch_alter_table('participant_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_participant_event_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_participant_event_participant_id'), ['participant_id'], unique=False)

    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('moderated', sa.Boolean(), nullable=False, server_default=sa.false()))

    # An author is an account or a guest; each writes once with one key.
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.alter_column('author_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('participant_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_message_participant_id_participant'), 'participant', ['participant_id'], ['id'])
        batch_op.create_index('uq_message_participant_id', ['participant_id', 'request_key'], unique=True)

    keep_forever("participant_event")


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE author_id IS NULL")
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('uq_message_participant_id')
        batch_op.drop_constraint(batch_op.f('fk_message_participant_id_participant'), type_='foreignkey')
        batch_op.drop_column('participant_id')
        batch_op.alter_column('author_id', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.drop_column('moderated')

    op.drop_table('participant_event')
    op.drop_table('participant')
    forget("participant_event")
