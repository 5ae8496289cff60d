"""
One in-memory world behind the four ports, over real git. A stand-in: `tests/contract` holds it to the real adapters.

Everything that the outside does by itself (a runner finishes, a person approves, a dependency breaks) is a method of
`World`; nothing happens by itself, and time moves only when a test says so.
"""
