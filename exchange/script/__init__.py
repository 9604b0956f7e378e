"""Trading scripts: a trading day written in the trade's own words, read, played on the real desk, compared.

`parser` turns text into a `Script` of frozen statements and expectations, or into a list of mistakes; it is
pure. `rehearsal` plays a script on a desk, `report` says what happened and where it differs. The language is
described in docs/scripts.md.
"""
