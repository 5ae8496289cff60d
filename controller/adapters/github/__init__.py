"""
The forge behind PyGithub: github.com, an Enterprise server or the sandbox, told apart by the API's address alone.

    forge          `GitHubForge`, the port; each method one line that names who does it
    library        PyGithub without its objects
    client         the one door for requests: tokens, pacing, status, errors
    tokens         installation tokens, narrowed to the repository and to what is done with them
    conditional    reads with If-None-Match, whole lists, values kept while nothing changes
    answers        JSON into values of the model
    names          what may stand in a path or a ref
    errors         a refusal into Transient, Conflict or Terminal
    branches, proposals, gate, builds, comments, people, deployments     one kind of thing each

PyGithub's objects (`Repository`, `PullRequest`) are not used: they take a 302 or 307 for success, fetch attributes
silently and cannot read lists conditionally. Its `Requester`, authentication and exceptions are.
"""

from controller.adapters.github.forge import GitHubForge
from controller.adapters.github.tokens import AppCredentials

__all__ = ["AppCredentials", "GitHubForge"]
