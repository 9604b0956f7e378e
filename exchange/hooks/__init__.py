"""Webhooks: addresses of firms that are told what concerns them, as signed POSTs after Standard Webhooks.

`target` and `address` say where a message may go, `call` hands one over, `signature` signs it, `keyring` keeps the
secrets, `registry` the addresses of a firm, `posts` what goes to each of them and what became of it. Tables of their
own, no market (docs/webhooks.md).
"""
