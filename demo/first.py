"""The platform's first release: a person adopts the first commit, environment by environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from demo.folder import Folder
from demo.interruption import ended_where_it_fails
from demo.people import Person, person_of
from demo.platform import OWNER
from demo.product import Product
from demo.seeing import until
from demo.up import bring_up

Say = Callable[[str], None]
_REASON = "the platform as it stands"


def bring_up_with_release(folder: Folder, *, say: Say) -> dict[str, Any]:
    """
    Brings everything up and has the first release run everywhere, so that there is something to play with. Nothing is
    left where it fails.
    """
    with ended_where_it_fails(folder):
        say("starting the sandbox and the controller …")
        is_new = not folder.file("platform").is_dir()
        known = bring_up(folder)
        say("building and adopting the first release …" if is_new else "waiting until the environments serve …")
        adopt_first(Product(known["MODWRIGHT_CONTEXT"]), person_of(known, OWNER), known["environments"])
    return known


def adopt_first(product: Product, person: Person, environments: Iterable[str]) -> dict[str, str]:
    """Has the head of main be the first release of each; the release that each then has, its checks passed."""
    names = list(environments)
    for name in names:
        adopt(product, person, name)
    return {name: settled(product, person.login, name) for name in names}


def adopt(product: Product, person: Person, environment: str) -> None:
    """
    Has an environment's first release be the head of main. Asked again while the image is built, as the answer says;
    nothing where the environment has a release.
    """
    commit = person.head("main")
    words = ("promote", environment, "--adopt", commit, "--reason", _REASON)
    until(
        f"the first release of {environment}",
        lambda: product.ask(person.login, *words) if _release(product, person, environment) is None else {},
        lambda answer: answer.get("state") != "building",
        expected="promoted",
        seconds=90,
    )


def settled(product: Product, login: str, environment: str) -> str:
    """Waits until the environment serves its release and its checks have passed; the release's id."""
    found = until(
        f"{environment} settles",
        lambda: _environment(product, login, environment),
        lambda seen: seen["phase"] == "serving" and seen["verification"]["state"] == "passed",
        expected="serving, verification passed",
    )
    return str(found["release"])


def _release(product: Product, person: Person, environment: str) -> str | None:
    release: str | None = _environment(product, person.login, environment)["release"]
    return release


def _environment(product: Product, login: str, environment: str) -> dict[str, Any]:
    environments: list[dict[str, Any]] = product.ask(login, "status")["environments"]
    return next(found for found in environments if found["name"] == environment)
