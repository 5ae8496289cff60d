"""
One pass: observe, decide, execute, report. `observe` reads and decides nothing, `execute` does and decides nothing.

May import `operations`, `ports`, `core`; no adapter, no face.
"""
