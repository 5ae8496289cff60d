"""GitHub, an image registry and hosts for the platform, on loopback.

What belongs here is what stands *outside* Modwright on a real installation: the forge with its Actions, the image
registry, the environments. It lets the production adapters run unchanged on one machine: they are only given other
addresses. Behaviour follows the outside system, with its refusals and delays; where it does not, the module says so.

May import the standard library and third-party packages of the extra ``sandbox``. It knows nothing of ``controller``,
``codegen``, ``images`` or ``demo``.

    configuration   the file that says what exists: users, App, repositories, environments
    serve           starts and ends all services in one process
    listener        a loopback address with a web server behind it
    forge           REST, GraphQL, git over HTTP, webhooks
    actions         workflow runs
    registry        the image registry
    processes       environments as processes
"""
