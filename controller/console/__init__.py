"""
The console: pages for people in a browser, rendered on the server, useful without scripts.

Here belong routes that answer with pages, their templates, styles and texts in two languages. No rule: what may be done
is decided below, and every act is the use case that the API calls.

May import `access`, `showing`, `reconcile`, `operations`, `core`, FastAPI, Jinja and Babel; not the API, no adapter.
"""
