"""
The HTTP API: parse, ask who it is, call one operation, say what came of it. No rule stands here.

The routes stand by their resource; beside them:

    bodies      what may be asked, strictly
    answers     values as JSON
    problems    errors as JSON, with their status
    events      what happens, as a stream

May import `access`, `showing`, `reconcile`, `operations`, `core`, FastAPI; not the console, no adapter.
"""
