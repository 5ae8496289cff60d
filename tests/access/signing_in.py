"""The port `SignIn` in memory: a forge on which everybody who is sent there says who they are at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from controller.access.sign_in import challenge_of
from controller.core.errors import Denied, Transient
from controller.core.model import Person


@dataclass
class WorldSignIn:
    """Codes by what they were given for; `is_away` makes every exchange fail as an unreachable forge does."""

    origin: str = "https://forge.invalid"
    codes: dict[str, tuple[Person, str, str]] = field(default_factory=dict)
    is_away: bool = False

    def authorize_url(self, *, state: str, challenge: str, callback: str) -> str:
        query = {"state": state, "code_challenge": challenge, "redirect_uri": callback}
        return f"{self.origin}/login/oauth/authorize?{urlencode(query)}"

    def agree(self, address: str, who: Person) -> dict[str, str]:
        """Somebody lets us know who they are; the query with which the browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = (who, asked["code_challenge"], asked["redirect_uri"])
        return {"code": code, "state": asked["state"]}

    def person(self, *, code: str, verifier: str, callback: str) -> Person:
        if self.is_away:
            raise Transient("the forge did not answer")
        who, challenge, redirect = self.codes.pop(code, (None, "", ""))
        if who is None or challenge != challenge_of(verifier) or redirect != callback:
            raise Denied("SignInRefused", "the forge let nobody in: bad_verification_code")
        return who
