"""The errors of the distribution API: a code of the specification, a sentence, a status."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class RegistryError(Exception):
    """A request that is refused; becomes the specification's error document."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def error_response(_request: Request, error: Exception) -> Response:
    """The JSON answer of a RegistryError, in the shape of the distribution specification (section "Error Codes")."""
    if not isinstance(error, RegistryError):
        raise error
    document = {"errors": [{"code": error.code, "message": error.message, "detail": None}]}
    return JSONResponse(document, error.status, headers=error.headers)


def blob_unknown(digest: object) -> RegistryError:
    """404: this repository has no such blob."""
    return RegistryError(404, "BLOB_UNKNOWN", f"this repository has no blob {digest}")


def manifest_unknown(reference: object) -> RegistryError:
    """404: this repository has no such manifest or tag."""
    return RegistryError(404, "MANIFEST_UNKNOWN", f"this repository has no manifest {reference}")


def upload_unknown() -> RegistryError:
    """404: the upload was finished, cancelled, or never begun."""
    return RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload; begin a new one")


def digest_invalid(found: object, wanted: str) -> RegistryError:
    """400: a digest that is malformed, of an unknown algorithm, or not that of the content."""
    return RegistryError(400, "DIGEST_INVALID", f"the digest is {found}, wanted {wanted}")
