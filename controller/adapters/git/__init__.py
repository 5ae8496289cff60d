"""
Real git: a bare mirror of the platform repository, or somebody's clone, read-only.

    history     `History`: commits, files and trees of a repository, by pygit2; nothing is checked out
    mirror      `Mirror`: a history that fetches, writes commits and pushes
    files       the files of one tree
    differences what differs between two trees
    trees       tree ids: of some paths alone, and of a tree with changes
    command     the only place that starts the git program (fetch and push over HTTP)
    names       what may be a branch, a commit, a path

What a proposal put into the repository is hostile. Files are read as blobs, so that no link is ever followed, and
nothing of it reaches a command line.
"""

from controller.adapters.git.history import CommitRecord, History
from controller.adapters.git.mirror import Author, Mirror

__all__ = ["Author", "CommitRecord", "History", "Mirror"]
