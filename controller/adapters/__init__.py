"""
One package or file per outside system: the forge, git, images, the cluster, the checks, the signing key.

An adapter translates: it speaks the other side's protocol, turns answers into `core.model` values and failures into
`Transient`, `Conflict` or `Terminal`, raised from the original. It holds no rule of Modwright: what an answer means for
a release is decided in `core`. An answer that is not what the protocol promises is never taken for success or for
"nothing there".

May import: `controller.core`'s values and errors, `controller.ports`, `controller.redaction`, and each the one library
that speaks to its system. Adapters do not import each other.
"""
