"""A wanted map of modules becomes changes, or a table of what nothing on offer has so."""

from __future__ import annotations

import pytest

from codegen import Install, ModuleEntry, ModuleName, Refused, Uninstall, Upgrade
from controller.core.wanted import Offer, Supply, WantedModule, changes_to

AUTH, BLOG, SHOP = ModuleName("auth"), ModuleName("blog"), ModuleName("shop")
REV = "0" * 40


def path(name: ModuleName, version: str = "1.0.0") -> Offer:
    """A module in the repository."""
    return Offer(ModuleEntry(slug=name, crate=name, source="path", path=f"crates/{name}"), version)


def index(name: ModuleName, version: str) -> Offer:
    """A module of the package index."""
    return Offer(ModuleEntry(slug=name, crate=name, source="crates-io", version=version), version)


SUPPLY = {
    AUTH: Supply(path(AUTH), (path(AUTH),)),
    BLOG: Supply(None, (path(BLOG),)),
    SHOP: Supply(index(SHOP, "1.0.0"), (index(SHOP, "2.0.0"), index(SHOP, "1.0.0"))),
}
AS_IT_IS = {AUTH: WantedModule(), SHOP: WantedModule(version="1.0.0")}


def test_what_is_so_already_is_no_change() -> None:
    assert changes_to(AS_IT_IS, SUPPLY) == ()


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        ({**AS_IT_IS, BLOG: WantedModule()}, Install(BLOG, None)),
        ({**AS_IT_IS, BLOG: WantedModule(source="path", version="1.0.0")}, Install(BLOG, "1.0.0")),
        ({**AS_IT_IS, SHOP: WantedModule(source="registry", version="2.0.0")}, Upgrade(SHOP, "2.0.0")),
        ({AUTH: WantedModule()}, Uninstall(SHOP)),
    ],
)
def test_what_differs_is_a_change(wanted: dict[ModuleName, WantedModule], change: object) -> None:
    assert changes_to(wanted, SUPPLY) == (change,)


@pytest.mark.parametrize(
    ("name", "wanted", "row"),
    [
        (BLOG, WantedModule(source="git", git="https://elsewhere.invalid", rev=REV), ("blog.source", "git", "path")),
        (BLOG, WantedModule(path="crates/other"), ("blog.path", "crates/other", "crates/blog")),
        (SHOP, WantedModule(version="3.0.0"), ("shop.version", "3.0.0", "2.0.0")),
        (ModuleName("none"), WantedModule(), ("none", "in the catalog", "not there")),
    ],
)
def test_a_source_that_nothing_on_offer_has_is_a_row(
    name: ModuleName, wanted: WantedModule, row: tuple[str, str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        changes_to({**AS_IT_IS, name: wanted}, SUPPLY)
    assert refused.value.reason == "SourcesDisagree"
    assert row in [(found.subject, found.want, found.have) for found in refused.value.rows]
