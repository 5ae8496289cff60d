"""
The figures that the project promises, measured for real: `python -m bench`.

What belongs here: bringing up what a figure needs, measuring it from outside wherever that is possible, and the table.
Nothing is estimated or taken over from an earlier run. Each figure says how it was taken.

    figures, table   what a figure is, and how all of them are printed
    stage            sandbox and controller for the figures that need a platform
    platforms        files of made-up platforms of any size
    arrival, return_home, reverts, passes, process, start, edits, plans   one figure each, or two taken in one breath

May import the public faces of `demo`, `codegen` and `controller`; nothing imports this.
"""
