"""One install on the platform `distribution`, made by hand in every file: the smallest that there is."""

from __future__ import annotations

from collections.abc import Mapping

from tests.codegen.hosts.half_edits import EXAMPLE, INDEX, MANIFEST, MEDIA, OVERVIEW, REGISTRY, SERVER, HalfEdit, row

DISTRIBUTION = "crates/rustok-distribution/Cargo.toml"
SOURCE = "crates/rustok-distribution/src/lib.rs"
MEDIA_BLOCK = """\
    #[cfg(feature = "mod-media")]
    {
        registry = registry.register(rustok_media::MediaModule);
    }
"""
TAX_BLOCK = MEDIA_BLOCK.replace("mod-media", "mod-tax").replace("rustok_media::MediaModule", "rustok_tax::TaxModule")
MEDIA_LINE = "| `media` | `rustok-media` | `outbox` |"
MEDIA_LINK = "| `rustok-media` | [docs](../../crates/rustok-media/docs/README.md) "
TAX_LINKS = (
    "| `rustok-tax` | [docs](../../crates/rustok-tax/docs/README.md) "
    "| [plan](../../crates/rustok-tax/docs/implementation-plan.md) |\n"
)

# Each a file, a text that is there once, and what is put in front of it.
BEFORE = (
    (MANIFEST, MEDIA, row("tax")),
    (EXAMPLE, MEDIA, row("tax")),
    ("Cargo.toml", "rustok-gift = {", 'rustok-tax = { path = "crates/rustok-tax" }\n'),
    (SERVER, '    "shop-assets",\n', '    "mod-tax",\n'),
    (SERVER, "mod-fields    =", 'mod-tax       = ["dep:rustok-tax", "rustok-distribution/mod-tax"]\n'),
    (SERVER, "rustok-assistant = {", "rustok-tax       = { workspace = true, optional = true }\n"),
    (DISTRIBUTION, "mod-fields = []", 'mod-tax = ["dep:rustok-tax"]\n'),
    (DISTRIBUTION, "rustok-assistant = {", "rustok-tax = { workspace = true, optional = true }\n"),
    (SOURCE, MEDIA_BLOCK, TAX_BLOCK),
    (REGISTRY, f"{MEDIA_LINE} Pictures", "| `tax` | `rustok-tax` | — | What a state adds to a price |\n"),
    (OVERVIEW, f"{MEDIA_LINE}\n", "| `tax` | `rustok-tax` | — |\n"),
    (INDEX, MEDIA_LINK, TAX_LINKS),
)


def tax_installed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The platform with the module `tax`, which needs nothing, has no screens and no steps of the schema."""
    after = dict(files)
    for path, found, added in BEFORE:
        after = HalfEdit(path, found, added + found, "").applied(after)
    after["Cargo.lock"] = listed(after["Cargo.lock"].decode()).encode()
    return after


def listed(lock: str) -> str:
    """The lock with one more line in the sorted lists of the two packages that may take the crate in."""
    packages = lock.split("[[package]]\n")
    for at, package in enumerate(packages):
        if package.startswith(('name = "rustok-server"', 'name = "rustok-distribution"')):
            head, _, rest = package.partition("dependencies = [\n")
            lines = rest.partition("]\n")[0].splitlines(keepends=True)
            packages[at] = head + "dependencies = [\n" + "".join(sorted([*lines, ' "rustok-tax",\n'])) + "]\n\n"
    return "[[package]]\n".join(packages)
