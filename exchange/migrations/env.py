"""What Alembic runs: our engine, our metadata, one transaction for all steps."""

from alembic import context

from exchange.schema import metadata
from exchange.store.engine import connect, writing


def run(url: str) -> None:
    """Run the steps in one transaction, so that a step that fails leaves the database as it was."""
    engine = connect(url)
    try:
        with writing(engine) as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                compare_type=True,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            context.run_migrations()
    finally:
        engine.dispose()


run(context.config.attributes["url"])
