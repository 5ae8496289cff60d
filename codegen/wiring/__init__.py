"""A host as its preset describes it: every place of a module, put in, taken out and judged by one edit.

What belongs here: the kinds of places, a module as presets see it, drift, what refers to a module. What does not: the
name of any host, which is data in `codegen.hosts`.

May import everything of codegen but `hosts`, `planning` and `command`; `jinja2`.
"""
