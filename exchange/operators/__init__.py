"""What the market's operators do at their pages and at the command line: each verb with its line in the audit log.

Tables of its own are licences and notices; everything else is the desk's, and noted with the tape's number.
"""
