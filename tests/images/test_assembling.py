"""The bytes of an image depend on the program and its input tree, and on nothing else."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from images.errors import ImageError
from images.image import TreeId, assemble
from images.layer import LayerFile, layer_bytes
from images.layout import write_layout

# Taken once; another Python or another machine must come to the same.
KNOWN_DIGEST = "sha256:a99790ecba54a0ed09a18f0e33600f139189fc7b10becea2c61814a74601481e"


def test_the_same_tree_and_program_give_the_digest_that_they_always_gave(make_image):
    assert make_image().digest == KNOWN_DIGEST


def test_another_tree_gives_another_image_but_the_same_layer(make_image):
    one, other = make_image(), make_image(tree="f" * 40)
    assert one.digest != other.digest
    assert one.layer.digest == other.layer.digest


def test_a_layer_is_sorted_dated_1970_and_owned_by_nobody_in_particular():
    files = [LayerFile(path="/b", content=b"2"), LayerFile(path="/a", content=b"1", mode=0o644)]
    with tarfile.open(fileobj=io.BytesIO(layer_bytes(files))) as archive:
        entries = archive.getmembers()
    assert [(entry.name, entry.mode) for entry in entries] == [("a", 0o644), ("b", 0o755)]
    assert {(entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries} == {(0, 0, 0, "", "")}


def test_the_configuration_names_the_tree_and_no_time(make_image):
    configuration = json.loads(make_image(tree="a" * 40).configuration.content)
    assert configuration["config"]["Env"] == [f"PLATFORM_INPUT_TREE={'a' * 40}"]
    assert configuration["config"]["Labels"] == {"dev.modwright.input-tree": "a" * 40}
    assert configuration["config"]["Entrypoint"] == ["/server"]
    assert "created" not in configuration
    assert "history" not in configuration


@pytest.mark.parametrize("tree", ["", "abc", "A" * 40, "a" * 40 + "\nX=1"])
def test_what_is_no_tree_id_never_becomes_a_tag(program, tree):
    with pytest.raises(ImageError, match="is not the id of a git tree"):
        assemble(program(), input_tree=TreeId(tree), tree_variable="PLATFORM_INPUT_TREE")


def test_a_program_that_needs_a_loader_is_refused_with_the_way_out(program):
    with pytest.raises(ImageError, match="dynamically linked") as caught:
        assemble(program(segments=(1, 3)), input_tree=TreeId("a" * 40), tree_variable="X")
    assert "crt-static" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF\x01\x01" + bytes(80)])
def test_what_is_no_program_is_refused(content):
    with pytest.raises(ImageError, match="not a 64-bit"):
        assemble(content, input_tree=TreeId("a" * 40), tree_variable="X")


def test_a_program_that_is_cut_off_is_refused(program):
    with pytest.raises(ImageError, match="cut off"):
        assemble(program(segments=(1, 1, 1))[:100], input_tree=TreeId("a" * 40), tree_variable="X")


@pytest.mark.parametrize(("machine", "architecture"), [(62, "amd64"), (183, "arm64")])
def test_the_architecture_is_the_program_s_own(program, machine, architecture):
    image = assemble(program(machine=machine), input_tree=TreeId("a" * 40), tree_variable="X")
    assert json.loads(image.configuration.content)["architecture"] == architecture


def test_a_layout_is_one_that_others_read(make_image, tmp_path: Path):
    if not shutil.which("skopeo"):
        pytest.skip("skopeo is not installed")
    image = make_image()
    write_layout(image, folder=tmp_path / "layout")
    command = ["skopeo", "inspect", f"oci:{tmp_path / 'layout'}"]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert seen["Digest"] == image.digest


def test_a_layout_is_not_written_among_other_files(make_image, tmp_path: Path):
    (tmp_path / "mine").write_text("text")
    with pytest.raises(ImageError, match="is not empty"):
        write_layout(make_image(), folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
