"""From a platform's files and a change to the files as they will be: the manifest, the registry source, Cargo's files.

A pure library: values in, values out. A repository is a mapping from path to bytes; nothing here opens a file, asks a
clock or starts a program. Reading and writing folders is the command line's (`codegen.command`).

    toml, rust, lines, cargo   texts of each kind, read and edited so that every other byte stays
    manifest, catalog          what the platform says of its modules, and modules of themselves, as values
    lint                       everything that is wrong with a text
    change                     what can be asked for
    resolution                 what a change comes to
    hosts, wiring              host presets as data, and a module put in and taken out of every place they name
    planning                   the whole: a plan, a check, a repair

What does not belong here: git, the forge, policies, anything that knows of a proposal or an environment.

May import the standard library, tomli, jinja2, ruamel.yaml, resolvelib; `codegen.command` also click. Libraries that take
long to load are imported where they are first used, so that importing codegen stays light.
"""

from __future__ import annotations

from codegen.catalog.facts import ModuleFacts, read_facts
from codegen.catalog.listed import Catalog, read_catalog
from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.errors import BadName, CodegenError, Finding, ManifestError, Refused, Row
from codegen.lint.manifest import lint_manifest, read_manifest
from codegen.manifest.model import Manifest, ModuleEntry, manifest_hash
from codegen.names import ModuleName
from codegen.planning.compose import (
    Edits,
    Repository,
    check,
    composition_paths,
    is_generated,
    plan_changes,
    plan_delta,
    regenerate,
)
from codegen.planning.plan import Plan, make_plan, plan_of
from codegen.planning.plan_text import plan_document
from codegen.planning.text_diff import unified_diff
from codegen.repository import Files
from codegen.resolution.delta import Delta, delta
from codegen.resolution.resolve import Resolution, resolve, resolve_delta
from codegen.sentences import Sentence
from codegen.wiring.drift import Drift, UnreadableHost, drift_without

__all__ = [
    "BadName",
    "Catalog",
    "Change",
    "CodegenError",
    "Delta",
    "Drift",
    "Edits",
    "Files",
    "Finding",
    "Install",
    "Manifest",
    "ManifestError",
    "ModuleEntry",
    "ModuleFacts",
    "ModuleName",
    "Plan",
    "Refused",
    "Repository",
    "Resolution",
    "Row",
    "Sentence",
    "SetDefaultEnabled",
    "SetFeatures",
    "Uninstall",
    "UnreadableHost",
    "Upgrade",
    "check",
    "composition_paths",
    "delta",
    "drift_without",
    "is_generated",
    "lint_manifest",
    "make_plan",
    "manifest_hash",
    "plan_changes",
    "plan_delta",
    "plan_document",
    "plan_of",
    "read_catalog",
    "read_facts",
    "read_manifest",
    "regenerate",
    "resolve",
    "resolve_delta",
    "unified_diff",
]
