"""The JSON door: one table of operations (`operations`), their forms (`shapes`), and what each of them does.

Routes, roles, scopes and the published document are made from the table, so that they cannot differ.
"""
