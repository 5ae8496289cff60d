"""Edits of the platform `distribution` that somebody could leave half done, and what has to be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MANIFEST = "modules.toml"
EXAMPLE = "modules.toml.example"
SERVER = "apps/server/Cargo.toml"
ADMIN = "apps/admin/Cargo.toml"
STOREFRONT = "apps/storefront/Cargo.toml"
REGISTRY = "docs/modules/registry.md"
OVERVIEW = "docs/modules/overview.md"
INDEX = "docs/modules/_index.md"
SCREENS = "docs/modules/UI_PACKAGES_INDEX.md"


@dataclass(frozen=True)
class HalfEdit:
    """One text in place of another in one file, and a part of the sentence that it must lead to."""

    path: str
    old: str
    new: str
    said: str

    def applied(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files with the edit made. Fails where the text is not there exactly once: it would prove nothing."""
        text = files[self.path].decode()
        assert text.count(self.old) == 1, (self.path, self.old, text.count(self.old))
        return {**files, self.path: text.replace(self.old, self.new).encode()}


def row(slug: str, more: str = "") -> str:
    crate = "rustok-" + slug.replace("_", "-")
    return f'{slug} = {{ crate = "{crate}", source = "path", path = "crates/{crate}"{more} }}\n'


def facts(slug: str) -> str:
    return f"crates/rustok-{slug.replace('_', '-')}/rustok-module.toml"


MEDIA = row("media", ', depends_on = ["outbox"]')
SELLER = row("market_seller")
STREAM = row("stream_connector", ', runtime = "extension"')
DEFAULT = 'default_enabled = ["content", "pages", "shop"]'
MARKET = '"dep:rustok-market", "mod-market_seller", "mod-shop"'
SHOP_LINE = "| `shop` | `rustok-shop` | `content` | What is for sale, its prices and its stock |\n"
SHOP_OVERVIEW = "| `shop` | `rustok-shop` | `content` |\n"
SELLER_SCREENS = "../../crates/rustok-market-seller/admin"
DEPENDENCY = f'rustok-market-seller-admin = {{ path = "{SELLER_SCREENS}", default-features = false }}\n'
WISHES = 'rustok-wishlist-admin = { path = "../../crates/rustok-wishlist/admin", default-features = false }\n'
TAX = row("tax") + MEDIA

HALF_EDITS: Mapping[str, HalfEdit] = {
    # A row of the manifest, and nothing beside it
    "added and not in the example": HalfEdit(MANIFEST, MEDIA, TAX, "modules.toml.example: tax: None is there"),
    "added without a feature": HalfEdit(MANIFEST, MEDIA, TAX, "there is no feature mod-tax"),
    "added and not in the registry": HalfEdit(MANIFEST, MEDIA, TAX, "registry.md: tax: None is there"),
    "added and not in the overview": HalfEdit(MANIFEST, MEDIA, TAX, "overview.md: tax: None is there"),
    "added and not in the index": HalfEdit(MANIFEST, MEDIA, TAX, "no link to crates/rustok-tax/docs/README.md"),
    "added with screens": HalfEdit(
        MANIFEST,
        MEDIA,
        row("wishlist", ', depends_on = ["shop", "gift"]') + MEDIA,
        "apps/admin/Cargo.toml: the dependency rustok-wishlist-admin is missing",
    ),
    "added without what it needs": HalfEdit(
        MANIFEST,
        MEDIA,
        row("wishlist", ', depends_on = ["shop", "gift"]') + MEDIA,
        "wishlist needs gift, which is not installed",
    ),
    "taken out and left in the registry": HalfEdit(MANIFEST, MEDIA, "", "registry.md: media is not installed"),
    "taken out and its screens left": HalfEdit(MANIFEST, SELLER, "", "declares rustok-market-seller-admin"),
    "taken out and still needed": HalfEdit(MANIFEST, SELLER, "", "market needs market_seller, which is not installed"),
    # How a row is written
    "words behind a row": HalfEdit(MANIFEST, SELLER, f"{SELLER[:-1]} # sellers\n", "no row that the script could read"),
    "a row as a table": HalfEdit(
        MANIFEST,
        STREAM,
        '[modules.stream_connector]\ncrate = "rustok-stream-connector"\nsource = "path"\n'
        'path = "crates/rustok-stream-connector"\nruntime = "extension"\n',
        "no row that the script could read: [modules.stream_connector]",
    ),
    "no settings behind the modules": HalfEdit(MANIFEST, f"[settings]\n{DEFAULT}\n", "", "do not follow each other"),
    "a source that is none": HalfEdit(MANIFEST, SELLER, SELLER.replace('"path"', '"ftp"'), "ftp is no source"),
    "a source without its key": HalfEdit(MANIFEST, SELLER, SELLER.replace('"path"', '"git"'), "its source needs git"),
    "another crate's name": HalfEdit(MANIFEST, SELLER, SELLER.replace('"rustok-', '"', 1), "market_seller: crate in"),
    # What a row says of its module
    "a dependency dropped": HalfEdit(MANIFEST, MEDIA, row("media"), "media: dependencies in its facts"),
    "a dependency of the source alone": HalfEdit(
        "crates/rustok-media/src/lib.rs", '&["outbox"]', '&["outbox", "content"]', "media: dependencies in its source"
    ),
    "an extension that is none": HalfEdit(MANIFEST, STREAM, row("stream_connector"), "stream_connector: runtime"),
    "required and not of the core": HalfEdit(
        MANIFEST, SELLER, row("market_seller", ", required = true"), "market_seller: trusted as core"
    ),
    "required by the manifest alone": HalfEdit(
        MANIFEST, SELLER, row("market_seller", ", required = true"), "market_seller: of the core by its source"
    ),
    "somebody else's": HalfEdit(facts("media"), '"first_party"', '"third_party"', "media: ownership"),
    "trusted in a way of its own": HalfEdit(facts("media"), '"verified"', '"blindly"', "blindly is no level of trust"),
    "a type that the source lacks": HalfEdit(
        facts("media"), "MediaModule", "PictureModule", "media: type in its facts"
    ),
    "facts of another module": HalfEdit(facts("media"), 'slug = "media"', 'slug = "film"', "media: slug in its facts"),
    "screens of another class": HalfEdit(facts("media"), '"no_ui"', '"admin_only"', "admin_only does not fit"),
    "screens that are not declared": HalfEdit(
        facts("shop"), 'leptos_crate = "rustok-shop-storefront"\n', "", "shop: crates for its screens"
    ),
    # What is enabled by default
    "enabled and not installed": HalfEdit(MANIFEST, DEFAULT, DEFAULT[:-1] + ', "tax"]', "tax is not installed"),
    "enabled and required": HalfEdit(
        MANIFEST, DEFAULT, DEFAULT[:-1] + ', "auth"]', "default_enabled: auth is required"
    ),
    "enabled without what it needs": HalfEdit(
        MANIFEST, DEFAULT, DEFAULT[:-1] + ', "market"]', "default_enabled: market needs market_seller"
    ),
    "enabled and no default feature": HalfEdit(
        MANIFEST, DEFAULT, DEFAULT[:-1] + ', "media"]', "mod-media is no default feature"
    ),
    # The server's features
    "a feature without a crate": HalfEdit(SERVER, '"dep:rustok-market", ', "", "mod-market does not bring dep:"),
    "a feature without a dependency": HalfEdit(SERVER, MARKET, MARKET[:-12], "what mod-market brings"),
    "a feature with one too many": HalfEdit(SERVER, MARKET, f'{MARKET}, "mod-pages"', "what mod-market brings"),
    "no feature": HalfEdit(SERVER, "mod-media     =", "media-files   =", "there is no feature mod-media"),
    "registered by name": HalfEdit(
        "apps/server/src/modules/mod.rs", "pub use", "// .register(MediaModule)\npub use", "media is optional and"
    ),
    "registered by nobody": HalfEdit(
        "apps/server/src/modules/mod.rs",
        "rustok_distribution::build_registry",
        "elsewhere::build_registry",
        "auth is required",
    ),
    # The hosts of the screens
    "a screen's dependency dropped": HalfEdit(
        ADMIN, DEPENDENCY, "", "dependency rustok-market-seller-admin is missing"
    ),
    "a screen's feature dropped": HalfEdit(
        ADMIN, '  "rustok-market-seller-admin/hydrate",\n', "", "hydrate does not pass on to rustok-market-seller-admin"
    ),
    "a visitor's screen dropped": HalfEdit(
        STOREFRONT, '  "rustok-shop-storefront/ssr",\n', "", "ssr does not pass on to rustok-shop-storefront"
    ),
    "a screen from elsewhere": HalfEdit(
        ADMIN, SELLER_SCREENS, "../../crates/rustok-auth/admin", "folder of rustok-market-seller-admin"
    ),
    "a screen of nobody": HalfEdit(ADMIN, DEPENDENCY, DEPENDENCY + WISHES, "declares rustok-wishlist-admin"),
    # The pages
    "an example of its own": HalfEdit(EXAMPLE, MEDIA, "", "modules.toml.example: media: None is there"),
    "an example with other needs": HalfEdit(EXAMPLE, MEDIA, row("media"), "modules.toml.example: media"),
    "no line in the registry": HalfEdit(REGISTRY, SHOP_LINE, "", "registry.md: shop: None is there"),
    "two lines in the registry": HalfEdit(REGISTRY, SHOP_LINE, SHOP_LINE * 2, "registry.md: shop is there twice"),
    "other needs in the registry": HalfEdit(
        REGISTRY, SHOP_LINE, SHOP_LINE.replace("`content`", "—"), "registry.md: shop"
    ),
    "another crate in the registry": HalfEdit(
        REGISTRY, SHOP_LINE, SHOP_LINE.replace("rustok-", ""), "registry.md: shop"
    ),
    "the registry's other table": HalfEdit(REGISTRY, "### Optional Modules", "### Core of it all", "registry.md: shop"),
    "a line too short for the registry": HalfEdit(
        REGISTRY, SHOP_LINE, SHOP_OVERVIEW, "registry.md: shop: None is there"
    ),
    "no line in the overview": HalfEdit(OVERVIEW, SHOP_OVERVIEW, "", "overview.md: shop: None is there"),
    "a stranger in the overview": HalfEdit(
        OVERVIEW, SHOP_OVERVIEW, SHOP_OVERVIEW + "| `tax` | `rustok-tax` | — |\n", "overview.md: tax"
    ),
    "an overview without a heading": HalfEdit(OVERVIEW, "### Capability Extensions", "### Others", "is missing"),
    "no link to a page": HalfEdit(
        INDEX, "rustok-shop/docs/README.md", "x", "no link to crates/rustok-shop/docs/README"
    ),
    "no link to a plan": HalfEdit(
        INDEX, "rustok-shop/docs/implementation-plan.md", "x", "rustok-shop/docs/implementation"
    ),
    "no link to a screen": HalfEdit(
        SCREENS, f"{SELLER_SCREENS}/README.md", "x", "no link to crates/rustok-market-seller/"
    ),
}
