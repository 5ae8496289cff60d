"""
The command `modwright`: one name for every face of this project.

Here belong the table of commands, and how an error becomes one line and an exit status. What a command does belongs to
the package that it is from. Nothing here imports those packages before one of their commands is asked for, so that
`modwright --help` is as fast as click.

May import: the standard library, click; everything else only by the table.
"""
