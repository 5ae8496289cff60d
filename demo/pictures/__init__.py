"""
The guides' pictures, taken of a demo: a table of them, the browser, and the people in front of it.

May import what the rest of `demo` imports; Playwright, a dependency of development, is imported when pictures are taken.
"""
