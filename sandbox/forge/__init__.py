"""The forge: GitHub's REST, GraphQL, git over HTTP and webhooks on a loopback address.

The production adapter runs against it with another base URL and nothing else changed, so what GitHub refuses is refused
here, in its words: protection, expectations (`sha`, `expectedHeadOid`, `beforeOid`), permissions of a narrowed token.
Everything runs in one event loop; handlers are plain functions from a call to a reply, and only the edge awaits.

    application   the ASGI application: which of REST, GraphQL, git gets a request
    endpoint, call, access   what every REST call goes through: faults, who asks, limits, permissions, ETag
    forge         what the handlers stand on, built once
    store         records that survive a restart
    accounts      people, Apps, tokens
    sessions      people who signed in to the pages
    authorizations, token_exchange   people who sign in to the App (OAuth)
    git_repository, merging, tree_edits      git objects and refs
    protection    which ref updates and merges the rules of a branch allow
    refs, pulls, merges, reverts, runs, checks   what happens when something changes
    pull_state, check_results                what is true of a pull request or a commit
    events, webhooks                         who is told
    views         GitHub's answers, built from records
    routes        REST by resource
    graphql       the part of GitHub's schema that is served
    pages         what a person sees at the addresses that REST names

May import the standard library, Starlette, pygit2, graphql-core, Jinja2, markdown-it-py, and `sandbox.configuration`.
"""
