"""Images without a daemon and without root: the same bytes from the same input tree.

Here belongs what a runner needs between a checkout and an image in the image registry: the id of the input
tree, the bytes of the image, pushing them, and what the compiler said as annotations. It runs from a plain
checkout where nothing is installed, so it imports the standard library alone, and neither `controller` nor
`sandbox` nor `codegen`.

`layer`, `executable` and `image` are values in, values out; `inputs` talks to git, `layout` to the disk,
`distribution` (over `connection`, with `credentials`) to an image registry.
"""
