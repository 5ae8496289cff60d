"""
The console: pages for people in a browser, rendered on the server, useful without scripts.

    rendering   a page from a template: language, theme, who is signed in, addresses
    language    which language, its texts, dates and plurals
    words       values of the core as people read them
    saying      sentences of the core in the language of the page
    shell       what stands around every page
    static      style, script and mark, kept by browsers for good
    forms       what forms carry beside what people type
    errors      errors of pages, as pages
    choices     language and theme
    parts       all routes, put into an application
    modules, plan, changes …   a file for each part of the navigation: its routes

Here belong routes that answer with pages, their templates, styles and texts in two languages. No rule: what may be done
is decided below, and every act is the use case that the API calls.

May import `access`, `showing`, `reconcile`, `operations`, `core`, FastAPI, Jinja and Babel; not the API, no adapter.
"""
