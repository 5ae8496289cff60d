"""Every finding of a manifest in one run: per key, per schema, with place, what was found, what is allowed, what to do."""

from __future__ import annotations

import pytest

from codegen import Finding, ManifestError, lint_manifest, read_manifest
from codegen.manifest.keys import MODULE

HEAD = 'schema = {schema}\napp = "server"\n\n[modules]\n'
ROW = 'blog = {{ crate = "blog", source = "path", path = "crates/blog"{more} }}\n'


def findings(text: str) -> tuple[Finding, ...]:
    return lint_manifest(text, path="modules.toml")


def row(more: str = "", *, schema: int = 2) -> tuple[Finding, ...]:
    return findings(HEAD.format(schema=schema) + ROW.format(more=more and f", {more}"))


def test_findings_of_every_section_and_several_of_one_line_come_in_one_run() -> None:
    text = (
        'schema = 2\napp = "!"\nextra = 1\n\n[build]\nprofle = "release"\n\n[build.server]\nembed_admin = "yes"\n\n'
        '[modules]\nblog = { crate = "!", source = "path", path = "/etc", required = 1, depend_on = [] }\n'
        '\n[settings]\ndefault_enabled = ["blog", "gone"]\n'
    )
    assert [(one.line, one.key, one.problem) for one in findings(text)] == [
        (2, "app", "not allowed"),
        (3, "'extra'", "unknown key"),
        (6, "build.'profle'", "unknown key"),
        (9, "build.server.embed_admin", "not a boolean"),
        (12, "blog.crate", "not allowed"),
        (12, "blog.path", "not allowed"),
        (12, "blog.required", "not a boolean"),
        (12, "blog.'depend_on'", "unknown key"),
        (15, "settings.default_enabled", "names a module that is not installed"),
    ]
    assert all(one.column and one.hint and (one.found or one.allowed) for one in findings(text))


def test_a_word_that_is_not_allowed_has_the_nearest_one_that_is_as_its_hint() -> None:
    (finding,) = row('ownership = "firstparty"')
    assert (finding.found, finding.hint) == ("'firstparty'", "did you mean first_party?")


def test_an_unknown_key_has_the_nearest_known_one_as_its_hint() -> None:
    (finding,) = row("depend_on = []")
    assert finding.hint == "did you mean depends_on?"
    assert finding.column == len('blog = { crate = "blog", source = "path", path = "crates/blog", ') + 1


@pytest.mark.parametrize("key", [rule.name for rule in MODULE.keys if rule.schemas == (2,) and rule.name != "source"])
def test_a_key_of_schema_2_is_refused_in_schema_1(key: str) -> None:
    value = "{ }" if key in ("settings_schema", "dependency_version_reqs") else '""'
    assert [one for one in row(f"{key} = {value}", schema=1) if one.problem == "not known in schema 1"]
    assert not [one for one in row(f"{key} = {value}") if "schema" in one.problem]


@pytest.mark.parametrize(
    ("schema", "build"),
    [
        (2, '[build]\ndeployment_profile = "monolith"\n'),
        (1, "[build.server]\nembed_admin = true\n"),
        (1, '[[build.storefront]]\nid = "a"\n'),
    ],
)
def test_a_part_of_the_build_that_the_schema_does_not_know_is_refused(schema: int, build: str) -> None:
    (finding,) = findings(HEAD.format(schema=schema) + build)
    assert finding.problem == f"not known in schema {schema}"
    assert f"schema {3 - schema} has it" in finding.hint


def test_the_older_word_for_a_source_is_the_same_composition_and_only_of_schema_2() -> None:
    rows = [
        f'blog = {{ crate = "blog", source = "{word}", version = "1.2.3" }}\n' for word in ("registry", "crates-io")
    ]
    one, other = (read_manifest(HEAD.format(schema=2) + text) for text in rows)
    assert one == other
    assert one.modules["blog"].source == "crates-io"  # type: ignore[index]
    assert [f.key for f in findings(HEAD.format(schema=1) + rows[0])] == ["blog.source"]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('version = "1.2"', "blog.version"),
        ('rustok_min_version = "one"', "blog.rustok_min_version"),
        ('rustok_max_version = "1.x.2.3"', "blog.rustok_max_version"),
        ('dependency_version_reqs = { shop = "latest" }', "blog.dependency_version_reqs.shop"),
        ('runtime = "plugin"', "blog.runtime"),
        ('trust_level = "high"', "blog.trust_level"),
        ('trust_level = "core"', "blog.trust_level"),
        ('ownership = "third_party"', "blog.ownership"),
        ('ui_classification = "none"', "blog.ui_classification"),
        ('description = "too short"', "blog.description"),
        ('icon_url = "https://example.org/icon.png"', "blog.icon_url"),
        ('screenshots = ["https://example.org/a.gif"]', "blog.screenshots"),
        ('name = "a\\u202eb"', "blog.name"),
        ('entry_type = "Blog; fn x() {}"', "blog.entry_type"),
        ('graphql_query_type = "a::b()"', "blog.graphql_query_type"),
        ("settings_schema = { since = 2020-01-01 }", "blog.settings_schema"),
        ('http_routes_fn = "a", http_axum_router_fn = "b"', "blog.http_routes_fn"),
        ('recommended_admin_surfaces = ["a"], showcase_admin_surfaces = ["a"]', "blog.showcase_admin_surfaces"),
        ('depends_on = ["shop", "shop"]', "blog.depends_on"),
        ('conflicts_with = ["blog"]', "blog.conflicts_with"),
    ],
)
def test_a_value_that_is_not_allowed_is_said_with_its_key(more: str, key: str) -> None:
    assert key in [one.key for one in row(more) if one.severity == "error"]


def test_every_key_of_schema_2_is_read_into_the_entry() -> None:
    more = (
        'rustok_min_version = "0.1.0", rustok_max_version = "1.x", entry_type = "Blog", name = "Блог", tags = ["news"], '
        "trust_level = \"verified\", ui_classification = 'no-ui', settings_schema = { size.default = 3, on = true }"
    )
    entry = read_manifest(HEAD.format(schema=2) + ROW.format(more=f", {more}")).modules["blog"]  # type: ignore[index]
    assert entry.rustok_max_version == "1.x"
    assert entry.facts()["settings_schema"] == {"size": {"default": 3}, "on": True}
    assert dict(entry.other)["tags"] == '["news"]'


@pytest.mark.parametrize("schema", [3, 99])
def test_a_manifest_of_the_future_is_one_finding(schema: int) -> None:
    text = HEAD.format(schema=schema) + "[modules.blog]\nnew = true\n[other]\n"
    (finding,) = findings(text)
    assert (finding.line, finding.key, finding.problem) == (1, "schema", "not a known schema")
    assert "modwright that knows this schema" in finding.hint


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "<<<<<<< a\n||||||| b"])
def test_a_merge_conflict_is_one_finding_that_names_its_line(mark: str) -> None:
    text = HEAD.format(schema=2) + f"{mark}\n{ROW.format(more='')}=======\n>>>>>>> theirs\n"
    (finding,) = findings(text)
    assert (finding.line, finding.problem) == (5, "a merge conflict stands in the file")
    assert f"lines 5 to {text.count(chr(10))}" in finding.hint


def test_a_comment_that_looks_like_a_conflict_is_none() -> None:
    assert findings(HEAD.format(schema=2) + "# <<<<<<< said one\n# =======\n" + ROW.format(more="")) == ()


@pytest.mark.parametrize(
    ("slug", "refused_by"),
    [
        ("tax-rate", "registry contract"),
        ("_tax", "registry contract"),
        ("t" * 49, "registry contract"),
        ('"Tax"', "manifest loader refuses"),
        ('"t\u0430x"', "looks like an ASCII letter"),
        ("match", "keyword"),
        ("2fa", "letter"),
    ],
)
def test_a_module_name_is_refused_with_the_rule_that_refuses_it(slug: str, refused_by: str) -> None:
    found = findings(HEAD.format(schema=2) + ROW.format(more="").replace("blog =", f"{slug} ="))
    assert [one.problem for one in found] == ["not a module name"]
    assert refused_by in found[0].hint


def test_warnings_are_said_and_do_not_stop_a_reading() -> None:
    text = HEAD.format(schema=2) + ROW.format(more=", required = true") + '[settings]\ndefault_enabled = ["blog"]\n'
    assert [(one.severity, one.line) for one in findings(text)] == [("warning", 7)]
    assert read_manifest(text).modules["blog"].required  # type: ignore[index]


def test_errors_alone_are_raised() -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(
            HEAD.format(schema=2) + ROW.format(more=", required = 1") + "[settings]\ndefault_enabled = []\nx = 1\n"
        )
    assert [one.key for one in caught.value.findings] == ["blog.required", "settings.'x'"]
