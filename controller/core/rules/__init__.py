"""
One module per rule: each answers one question about a `Snapshot` and comes to `Findings`.

A rule never looks at what another rule found; the order in `controller.core.decide` says which intent wins a target.
May import what `controller.core` may, and nothing of `controller` outside `core`.
"""
