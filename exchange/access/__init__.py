"""Who may enter: users, sessions, the throttle, and the names people give their bids.

The only writer of those tables. Instants are handed in; nothing here decides anything about the market.
"""
