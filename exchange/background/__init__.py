"""Work that somebody asked a page for and comes back to: back-tests, files of the past.

Each runs in a process of its own; what was asked, how far it is and what came of it lie in a folder (`runs`), where
every process of the house sees them. `work` is the process's side.
"""
