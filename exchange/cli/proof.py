"""``exchange proof``: a receipt with which a buyer checks one sale offline."""

from pathlib import Path

import click

from exchange.cli.opened import opened
from exchange.reports.receipts import make_receipt


@click.command()
@click.argument("sale")
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
@click.pass_context
def proof(ctx: click.Context, sale: str, database: str | None, out: Path | None) -> None:
    """Write a receipt of one sale: what is needed to check it without the exchange.

    It holds the sale's entries of the tape with their way to the published root of their day, every step of the
    price, and the standing bids that were looked at, under other names. tools/verify_receipt.py checks it with
    Python's standard library alone; docs/receipts.md says what it holds. A day has its root soon after midnight in
    Berlin, so there is no receipt of today's sales before tomorrow.

    \b
    exchange proof pv-4711 --out receipt.json
    python tools/verify_receipt.py receipt.json
    """
    store = opened(database or ctx.obj.database.url)
    try:
        with store.read() as connection:
            text = make_receipt(connection, sale)
    finally:
        store.close()
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="")
        click.echo(f"{out}: check it with `python tools/verify_receipt.py {out}`")
