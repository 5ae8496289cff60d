"""Whatever a manifest may hold, the registry source has the tokens of its registrations and no other."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from codegen import CodegenError, Install, ModuleName, plan_changes, regenerate
from tests.codegen.hosts.changed import Files, platform
from tests.codegen.hosts.whole_edit import SOURCE

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
GENERATED = "apps/server/src/modules/generated.rs"
# Rust's lexical form, as far as the source may need it; whatever else stands there is a token of one character.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*"|\w+|::|->|\S', re.DOTALL)
HOSTILE = [
    "x; fn main(){}",
    'r#"',
    "*/",
    "blog)] mod x {",
    'blog"] pub fn x() {} #[cfg(feature = "y',
    "\u202egolb",
    "crate",
    "self",
    "async",
    "r#type",
    "a::b",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "ＢlogModule",
    "",
    "a" * 300,
]
SLUGS = st.one_of(st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,2}", fullmatch=True), st.sampled_from(HOSTILE))
CRATES = st.one_of(st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True), st.sampled_from(HOSTILE))
TYPES = st.one_of(st.from_regex(r"[A-Z][A-Za-z0-9]{0,12}", fullmatch=True), st.sampled_from(HOSTILE))
MODULES = st.lists(
    st.tuples(SLUGS, CRATES, TYPES, st.booleans()), max_size=4, unique_by=(lambda m: m[0], lambda m: m[1])
)
Modules = list[tuple[str, str, str, bool]]


def tokens(source: str) -> list[str]:
    return [token for token in TOKEN.findall(source) if not token.startswith(("//", "/*"))]


def quoted(text: str) -> str:
    """As TOML writes any text, so that it is the name and not the file that is refused."""
    escaped = "".join(f"\\U{ord(letter):08x}" if letter in '"\\' or ord(letter) < 32 else letter for letter in text)
    return f'"{escaped}"'


def platform_of(modules: Modules) -> Files:
    rows, crates = "", sorted(crate for _, crate, _, _ in modules)
    files = {}
    for number, (slug, crate, entry, required) in enumerate(modules):
        extra = ", required = true" if required else ""
        rows += f'{quoted(slug)} = {{ crate = {quoted(crate)}, source = "path", path = "crates/m{number}"{extra} }}\n'
        files[f"crates/m{number}/rustok-module.toml"] = (
            f'[module]\nslug = {quoted(slug)}\nversion = "0.1.0"\n\n[crate]\nentry_type = {quoted(entry)}\n'
        )
    needs = "".join(f' "{crate}",\n' for crate in crates)
    listed = f"dependencies = [\n{needs}]\n" if crates else ""
    packages = {crate: f'[[package]]\nname = "{crate}"\nversion = "0.1.0"\n' for crate in crates}
    packages["server"] = f'[[package]]\nname = "server"\nversion = "0.1.0"\n{listed}'
    files |= {
        "modules.toml": f'schema = 2\napp = "server"\n\n[modules]\n{rows}\n[settings]\ndefault_enabled = []\n',
        ".modwright/catalog.yaml": "format: 1\nmodules: {}\n",
        "Cargo.toml": "[workspace.dependencies]\n",
        "apps/server/Cargo.toml": '[package]\nname = "server"\n\n[features]\ndefault = []\n\n[dependencies]\n',
        "Cargo.lock": "# by Cargo\nversion = 4\n\n" + "\n".join(packages[name] for name in sorted(packages)),
    }
    return {path: text.encode() for path, text in files.items()}


def expected(modules: Modules) -> list[str]:
    said = "use platform_core :: ModuleRegistry ; pub fn build_registry ( ) -> ModuleRegistry { "
    said += "let registry = ModuleRegistry :: new ( ) ; "
    for slug, crate, entry, required in sorted(modules, key=lambda module: (not module[3], module[0])):
        said += "" if required else f'# [ cfg ( feature = "mod-{slug}" ) ] '
        said += f"let registry = registry . register ( {crate.replace('-', '_')} :: {entry} ) ; "
    return (said + "registry }").split(" ")


@QUIET
@given(MODULES)
def test_a_manifest_that_is_accepted_gives_exactly_its_registrations(modules: Modules) -> None:
    try:
        written = regenerate(platform_of(modules))[GENERATED]
    except CodegenError:
        assert any(name in HOSTILE for module in modules for name in module[:3]) or may_clash(modules)
        return
    assert tokens(written.decode()) == expected(modules)


def test_the_property_is_about_manifests_that_are_accepted() -> None:
    modules = [("blog", "shop-blog", "BlogModule", False), ("auth", "shop-auth", "Auth", True)]
    written = regenerate(platform_of(modules))[GENERATED].decode()
    assert tokens(written) == expected(modules)
    assert "shop_blog" in tokens(written)


def test_a_module_whose_type_nobody_names_is_refused_and_not_registered() -> None:
    with pytest.raises(CodegenError, match="nobody says which type"):
        regenerate(platform_of([("blog", "shop-blog", "", False)]))


def may_clash(modules: Modules) -> bool:
    """Names that are fine alone: a keyword by chance, two that look alike, the host's own crate."""
    words = re.compile(
        r"as|do|dyn|else|enum|fn|for|gen|if|impl|in|let|loop|match|mod|move|mut|priv|pub|ref|try|use|where"
    )
    slugs = [slug.replace("_", "") for slug, *_ in modules]
    names = [name for slug, crate, _, _ in modules for name in (slug, crate)]
    return len(set(slugs)) < len(slugs) or any(words.fullmatch(name) or name == "server" for name in names)


@QUIET
@given(st.sampled_from(["tax", "gift", "wishlist"]))
def test_an_install_adds_exactly_the_tokens_of_its_registrations(module: str) -> None:
    files = platform("distribution")
    edits = plan_changes(files, [Install(ModuleName(module))])
    written = edits.files[SOURCE]
    assume(written is not None)
    before, after = tokens(files[SOURCE].decode()), tokens((written or b"").decode())
    for entry in edits.delta.added:
        crate, name = entry.crate.replace("-", "_"), "".join(word.capitalize() for word in entry.slug.split("_"))
        own = f'# [ cfg ( feature = "mod-{entry.slug}" ) ] '.split()
        own += f"{{ registry = registry . register ( {crate} :: {name}Module ) ; }}".split()
        at = next(start for start in range(len(after)) if after[start : start + len(own)] == own)
        del after[at : at + len(own)]
    assert after == before
