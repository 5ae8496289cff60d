"""
Values as the API says them: one model for each kind of document, so that its description is complete.

One file for each resource. A model's `of` takes the values of the layers below and decides nothing: what is shown and
what it means comes from `showing`, `operations` and `core`.

May import those and pydantic; not FastAPI.
"""
