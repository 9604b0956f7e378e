"""What was paid out cannot be changed, and no payout taken away."""

from alembic import op

from exchange.schema.guards import drop_payout_guards, payout_guards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the guards up."""
    for statement in payout_guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Take them down again."""
    for statement in drop_payout_guards(op.get_bind().dialect.name):
        op.execute(statement)
