"""From a repository's files and a change to the files as they will be, and to all that people want to know before.

May import everything of codegen but `command`.
"""
