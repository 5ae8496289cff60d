"""`modwright codegen`: the only part of code generation that touches files, arguments and streams.

May import everything of codegen, and click.
"""
