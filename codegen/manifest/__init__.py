"""The platform's manifest: what it may say, what it says as a value, and how a change is written into its text.

What belongs here: the table of keys that lint, the JSON Schema and the reference are made from, rows, the placement of
new ones. What does not: what a change comes to, and host files.

May import `codegen.toml`, names and errors; to order and compare modules `codegen.resolution`'s graph and delta, and to
judge a text `codegen.lint`.
"""
