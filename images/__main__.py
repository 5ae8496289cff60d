"""`python3 -m images`, from a plain checkout."""

from images.cli import run

run()
