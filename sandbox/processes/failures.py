"""Why a rollout failed."""


class RolloutError(Exception):
    """A step of a rollout did not succeed; the environment keeps what it had."""

    def __init__(self, reason: str, message: str, *, log: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.log = log
