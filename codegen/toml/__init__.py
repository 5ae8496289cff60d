"""TOML texts with the place of every key and value, and edits that leave every other byte alone.

What belongs here: scanning, bounds on hostile texts, plain data of a text, splicing of lines and items. What does not:
what any key means.

May import `tomli` and `codegen.errors`.
"""
