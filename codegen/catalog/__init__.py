"""What may be installed: the catalog's list, the modules that the repository holds, and what each says of itself.

What does not belong here: which of them a change takes.

May import `codegen.toml`, `codegen.manifest`, names and errors, and `ruamel.yaml`.
"""
