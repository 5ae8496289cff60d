"""From a platform's files and a change to the files as they will be: the manifest, the registry source, Cargo's files.

A pure library: values in, values out. A repository is a mapping from path to bytes; nothing here opens a file, asks a
clock or starts a program. Reading and writing folders is the command line's (`codegen.tree`, `codegen.cli`).

What belongs here: the grammar of names, the manifest and the catalog as values, resolution of a change, edits of texts
that leave every other byte alone, rendering by template, host presets as data. What does not: git, the forge, policies,
anything that knows of a proposal or an environment.

May import the standard library, tomlkit, jinja2, ruamel.yaml; `codegen.cli` also click. The three libraries are
imported where they are first used, so that importing codegen stays light.
"""

from __future__ import annotations

from codegen.catalog import Catalog, read_catalog
from codegen.compose import (
    Edits,
    Repository,
    check,
    composition_paths,
    is_generated,
    plan_changes,
    plan_delta,
    regenerate,
)
from codegen.delta import Change, Delta, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade, delta
from codegen.drift import Drift, UnreadableHost, drift_without
from codegen.errors import BadName, CodegenError, Finding, ManifestError, Refused, Row
from codegen.facts import ModuleFacts, read_facts
from codegen.lint import lint_manifest
from codegen.manifest import Manifest, ModuleEntry, manifest_hash, read_manifest
from codegen.names import ModuleName
from codegen.plan import Plan, make_plan, plan_of
from codegen.plan_text import plan_document
from codegen.repository import Files
from codegen.resolve import Resolution, resolve, resolve_delta
from codegen.text_diff import unified_diff

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
