"""
`docs/reference/openapi.json`, as the application describes itself.

Run `python -m tests.docs.openapi_page` to write it; a test compares it.
"""

from __future__ import annotations

import json

from fastapi import FastAPI

from controller.api import description
from controller.serving.application import ROUTERS
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "openapi.json"


def written() -> str:
    """The page's text."""
    app = FastAPI(openapi_url=None, generate_unique_id_function=description.operation_name)
    for router in ROUTERS:
        app.include_router(router)
    return json.dumps(description.described(app), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
