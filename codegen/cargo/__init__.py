"""Cargo's files as texts: entries and features of a `Cargo.toml`, packages of a `Cargo.lock`, a workspace's graph.

Nothing here asks a package index or runs Cargo.

May import `codegen.toml`, the requirements of `codegen.catalog`, names and errors.
"""
