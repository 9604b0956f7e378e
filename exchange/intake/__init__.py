"""How leads arrive: a supplier's file becomes drafts with row numbers, drafts become admitted leads or defects.

`table` finds out how the file is written, `columns` what its columns mean, `normalise` reads the values,
`batch` puts them in order. Nothing here lists a lead: the desk does.
"""
