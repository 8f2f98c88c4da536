"""runbooks in use: what was read and rated, and checklists"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "runbook_use",
        sa.Column("id", key, nullable=False),
        sa.Column("incident_id", key, nullable=True),
        sa.Column("runbook", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_runbook_use_incident_id_incident"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runbook_use")),
    )
    with op.batch_alter_table("runbook_use", schema=None) as batch_op:
        batch_op.create_index("ix_runbook_use_incident", ["incident_id", "at"], unique=False)
        batch_op.create_index("ix_runbook_use_runbook", ["runbook", "kind"], unique=False)

    op.create_table(
        "checklist",
        sa.Column("id", key, nullable=False),
        sa.Column("incident_id", key, nullable=False),
        sa.Column("runbook", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_checklist_incident_id_incident"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("incident_id", "runbook", name="uq_checklist_incident_id"),
    )
    op.create_table(
        "checklist_step",
        sa.Column("checklist_id", key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["checklist.id"],
            name=op.f("fk_checklist_step_checklist_id_checklist"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("checklist_id", "position", name=op.f("pk_checklist_step")),
    )


def downgrade() -> None:
    op.drop_table("checklist_step")
    op.drop_table("checklist")
    op.drop_table("runbook_use")
