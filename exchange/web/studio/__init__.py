"""The curve studio: a curve drawn, checked, compared and put in force, page by page of one form.

`form` (what is typed, to a drawing) -> `picture` (where it lies) -> `words` (what it says) -> `preview`, `pages`.
No formula of a curve is here or in the browser: every line comes from `exchange.pricing`.
"""
