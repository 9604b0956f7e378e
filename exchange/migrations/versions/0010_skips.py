"""Why a standing bid was passed over, found without reading a whole tape."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SKIPPED = sa.text("kind = 'skipped'")


def upgrade() -> None:
    """Index the skips alone: every other entry costs nothing more to write."""
    op.create_index("ix_tape_skipped", "tape", ["sector", "seq"], postgresql_where=_SKIPPED, sqlite_where=_SKIPPED)


def downgrade() -> None:
    """Forget the index."""
    op.drop_index("ix_tape_skipped", "tape", postgresql_where=_SKIPPED, sqlite_where=_SKIPPED)
