"""The one way to say no: a status and the sentence that GitHub would give."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that GitHub would refuse. `kind` is the `type` of the error in a GraphQL answer."""

    def __init__(
        self, status: int, message: str, *, errors: list[Any] | None = None, kind: str = "UNPROCESSABLE"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.kind = kind
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        """The JSON that GitHub sends with an error."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        body["documentation_url"] = "https://docs.github.com/rest"
        body["status"] = str(self.status)
        return body


def not_found(message: str = "Not Found") -> Refusal:
    """Also what GitHub says where the asker may not see that something exists."""
    return Refusal(404, message, kind="NOT_FOUND")


def forbidden(message: str = "Resource not accessible by integration") -> Refusal:
    """The asker is known but may not."""
    return Refusal(403, message, kind="FORBIDDEN")


def invalid(resource: str, field: str, message: str) -> Refusal:
    """422 with the list of errors that clients look into."""
    error = {"resource": resource, "code": "custom", "field": field, "message": message}
    return Refusal(422, "Validation Failed", errors=[error])
