"""The past under other terms: a period's leads with another curve, floor, tick, hours or seats, for standing bids only.

Standing bids are known exactly from the tape: what each wanted, from when to when, and what it could pay. So the core
itself (`orderbook.match`, `orderbook.decide`) plays the period again, and on the leads' own terms it must give what is
on the tape, entry by entry; each report says how many it compared. Beside it stands what leads earned that truly ran
each curve. Tables of its own: none; it reads tapes and nothing else.
"""
