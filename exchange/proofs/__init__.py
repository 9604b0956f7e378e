"""What proves a sale to somebody who trusts nobody: the day's tree of entries, the order of service, the receipt. Pure.

`tree` hashes entries to one root a day and finds the path of one of them, `day` says which entries a day has and what
stands at its head, `precedence` who was looked at when a seat was sold, `receipt` puts it together. The other side,
which shares nothing with this, is tools/verify_receipt.py.
"""
