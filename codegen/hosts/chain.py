"""The preset `chain`: one generated source file registers every module, one call after the other.

A required module is a plain dependency. An optional one is an optional dependency behind the feature `mod-<slug>`; the
feature stands in `default` and its registration behind the same feature, so that a build with default features
registers exactly the manifest's modules, and one with fewer features still compiles.
"""

from __future__ import annotations

from codegen.wiring.preset import ArrayItem, GeneratedFile, HostPreset, LockedPackage, OwnedPattern, TableEntry

_SERVER = "apps/server/Cargo.toml"
_FEATURES = "{% if features %}, features = {{ features | toml }}{% endif %}"

CHAIN = HostPreset(
    name="chain",
    generated=(GeneratedFile(path="apps/server/src/modules/generated.rs", template="chain.rs.j2"),),
    places=(
        TableEntry(
            path="Cargo.toml",
            table=("workspace", "dependencies"),
            key="{{ crate }}",
            value=(
                '{% if source == "path" %}{ path = "{{ path }}" }'
                '{% elif source == "git" %}{ git = "{{ git }}", rev = "{{ rev }}" }'
                '{% else %}"={{ version }}"{% endif %}'
            ),
        ),
        TableEntry(
            path=_SERVER,
            table=("dependencies",),
            key="{{ crate }}",
            value="{ workspace = true{% if not required %}, optional = true{% endif %}" + _FEATURES + " }",
        ),
        TableEntry(
            path=_SERVER,
            table=("features",),
            key="mod-{{ slug }}",
            value='["dep:{{ crate }}"{% for need in needs %}, "mod-{{ need }}"{% endfor %}]',
            when="not required",
        ),
        ArrayItem(path=_SERVER, table=("features",), key="default", item="mod-{{ slug }}", when="not required"),
    ),
    owned=(OwnedPattern(path=_SERVER, table=("features",), pattern="mod-.+", array="default"),),
    locked=(LockedPackage(path="Cargo.lock", package="{{ app }}"),),
)
