"""which boot of which machine wrote a job down, and when in its life"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("boot", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("uptime", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("job", "uptime")
    op.drop_column("job", "boot")
