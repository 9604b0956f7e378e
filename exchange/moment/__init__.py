"""The exchange as it stood at an instant: a state that entries move on, its text, and what can be seen in it. Pure.

A text holds what lives at a number of a tape (rules, open listings, living bids, claims that are open, balances), in
columns, so that it is read quickly; what has ended or only waits for its window to pass is left to the rows.
"""
