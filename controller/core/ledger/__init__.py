"""
The ledger: the branch that holds the desired state and the history of environments, releases, holds and freezes.

`state` has its values, `transitions` the only ways in which they change, `documents` how they stand in files,
`acceptance` which commits of the branch count. One decision is one transition is one commit. Values in, values out:
reading and writing the branch is `controller.operations.ledger`.
"""
