"""Rust source as far as code generation has to read it: comments and literals told from code, items, module types.

What does not belong here: edits, and anything that a compiler would have to know.

May import `codegen.errors`.
"""
