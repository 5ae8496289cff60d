"""
The faces as one HTTP service: the application put together, what no request passes without, the process that serves.

    application     routes, middleware and errors in one ASGI application
    running         the loop and the service in one process, ended at a signal
    limits          bodies of a kind and size that are expected, and no more of them than is read
    heads           no head of a request is waited for without end
    webhooks        the forge's knock on the door
    health          whether the service lives and is ready
    metrics         what was counted, for Prometheus; `figures` how the platform is, `measured` counts answers

May import every part of the controller but the command line; no adapter.
"""
