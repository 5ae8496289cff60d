"""The forge's web pages: what a person sees who opens an address that the API or a gate has named.

Read-only HTML of a repository, a pull request, a run, a check run, a commit. There is no login: whoever reaches the
loopback address of a sandbox may read them, so they exist only while the forge's own address is a loopback one, and only
for requests that name a loopback host (a foreign site whose name was pointed at 127.0.0.1 gets nothing). All content is
hostile: Jinja2 escapes it, Markdown is rendered without HTML, and the policy sent along allows neither scripts nor
anything from elsewhere. Pages are built from `views`, which hold what REST may show, and never from secrets or tokens.

    serving    routes, headers, refusals
    rendering  Jinja2 and Markdown
    repository, pull, run, commit    what each page shows

May import what `sandbox.forge` may, and Jinja2 and markdown-it-py.
"""
