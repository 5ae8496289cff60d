"""The forge's web pages: what a person sees who opens an address that the API or a gate has named, and does there.

HTML of a repository, a pull request, a run, a check run, a commit; forms to comment on a pull request, review, merge, close
and revert it; the page by which the App signs people in. There are no passwords: whoever reaches the loopback address of a
sandbox may read, and act as any of its users, so the pages exist only while the forge's own address is a loopback one, and
only for requests that name a loopback host (a foreign site whose name was pointed at 127.0.0.1 gets nothing). A form is
obeyed only where it comes from a page that was made for the same browser. All content is hostile: Jinja2 escapes it,
Markdown is rendered without HTML, and the policy sent along allows neither scripts nor anything from elsewhere. Pages are
built from `views`, which hold what REST may show, and never from secrets or tokens; forms go through the handlers of REST
and GraphQL, which judge the rights of who signed in.

    serving    routes
    answers    headers, what stands on every page, refusals
    visits     who is at the browser, whether a form is to be obeyed
    rendering  Jinja2 and Markdown
    repository, pull, run, commit    what each page shows
    deeds      what the forms of a pull request do
    signing_in, authorizing          signing in to the forge, and through it to the App

May import what `sandbox.forge` may, and Jinja2 and markdown-it-py.
"""
