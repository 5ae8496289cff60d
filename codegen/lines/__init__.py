"""Lines and rows of one module in files that people write: Rust items, Markdown sections and tables.

What belongs here: finding, putting in and taking out as exact inverses. What does not: which lines a module has.

May import `codegen.rust`, the splicing of `codegen.toml`, names and errors.
"""
