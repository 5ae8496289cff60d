"""Fixtures: the API served over a world of one's own, or one that is shared and not changed."""

from tests.api.conftest import api, shared

__all__ = ["api", "shared"]
