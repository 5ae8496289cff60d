"""Everything that is wrong with a text, found in one run: manifests, modules' own files, a whole repository.

What belongs here: findings, and their forms for people, programs and GitHub. What does not: whether a host is in step,
which is `codegen.wiring`'s.

May import `codegen.manifest`, `codegen.toml`, `codegen.catalog`; `repository` also the presets and their reader.
"""
