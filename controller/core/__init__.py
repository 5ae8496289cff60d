"""
The rules of Modwright as values in, values out.

Here belong the model, the decision and its rules, the ledger's state and its encoding, approval, spans, policies,
trailers, names and the texts that people read. Nothing here reads a clock, a file, the network or the environment,
draws a random number or logs: `now` is an argument, and what was read comes in as a `Snapshot`.

May import: the standard library's pure parts, `codegen`'s library, `ruamel.yaml` and `cryptography` (both only turn
bytes into values and back), `cel_expr_python` (evaluates an expression over given values).
"""
