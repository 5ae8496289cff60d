"""
Use cases, one file each: what a person, a comment or a pass of the controller asks to be done.

An operation reads through ports and git, lets `core` decide, and writes with an expectation: look up by name, write,
check. Each is safe to repeat. The API and `reconcile` call the same functions.

May import `core`, `ports`, `codegen`'s library and `adapters.git` (git has no port); no other adapter, no face.
"""
