"""
Who asks, and whether they may. Both faces, API and console, stand behind it.

    routes      what each route asks of a role, in one table: what is not in it nobody may
    callers     who is asking, and whether they may
    roles       which role and scope somebody has who proved to be there, and whether they suffice
    tokens      bearer tokens by their hash, from a file that is read again when it changes
    sessions    what a browser's signed cookie says
    ended       which of them were signed out
    sign_in     how a browser gets one, and ends it
    known_keys  the keys by which statements are believed
    people      who has a login on the forge
    forgery     what another site has a browser send is refused
    rates       how often somebody may ask
    given       what routes are given: the loop, the one way to write

Here belongs how a caller proves who it is. Which role may do what is the core's (`core.roles`).

May import `showing`, `reconcile`, `operations`, `core`, FastAPI, itsdangerous; no adapter.
"""
