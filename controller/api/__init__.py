"""
The HTTP API: parse, ask who it is, call one operation, say what came of it. No rule stands here.

    server          the application put together; the routes by their resource beside it
    access          who is asking, and which role each route wants, in one table
    tokens          bearer tokens by their hash, from a file that is read again when it changes
    writing         how every write is made: under the loop's lock, on fresh heads, tried again on a conflict
    repeats         the same Idempotency-Key gives the same answer
    bodies          what may be asked, strictly
    answers         values as JSON
    refusals        errors as JSON, with their status
    limits          JSON alone, and no more of it than is read
    webhooks        the forge's knock on the door

May import `reconcile`, `operations`, `core`, FastAPI; no adapter.
"""
