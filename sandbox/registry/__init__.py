"""The image registry of the sandbox: the OCI distribution API over files, on loopback.

Here belongs what a registry must do for docker-compatible tools: uploads, manifests, tags, referrers, tokens.
Nothing here knows of forges, workflows or environments; it imports Starlette and the standard library only.
"""
