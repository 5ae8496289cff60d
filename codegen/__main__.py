"""`python -m codegen`: the same commands as `modwright codegen`."""

from __future__ import annotations

from codegen.command.cli import codegen

if __name__ == "__main__":
    codegen(prog_name="codegen")
