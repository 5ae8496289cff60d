"""
The documentation held to the code: what exists is documented, what is documented exists.

Here belong tests of `docs/`, of the Markdown files at the root, and of what every file of the repository must keep.
May import any package of the project by its public faces, to ask what exists.
"""
