"""What a change comes to on a composition: what comes along, what stays, what cannot be and the nearest that could.

Values alone: no text is read or written here.

May import the values of `codegen.manifest` and `codegen.catalog`, and `resolvelib`.
"""
