"""What a command says of an answer of the desk: nothing where it was done, one line where it was refused."""

import click

from exchange.desk import Answer


def accepted(answer: Answer) -> None:
    """Go on if the order was done; raises ClickException naming the refusal's code (rules.md §10)."""
    if answer.refused is not None:
        reason = f" ({answer.refused.reason})" if answer.refused.reason else ""
        raise click.ClickException(f"refused: {answer.refused.code}{reason}")
