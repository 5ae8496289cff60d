"""Only the digest changes, whatever else people wrote into the overlay."""

from __future__ import annotations

import pytest

from controller.core.errors import Terminal
from controller.core.kustomization import NOTHING_YET, read_digest, set_digest
from controller.core.model import Digest

OLD = Digest("sha256:" + "a1" * 32)
NEW = Digest("sha256:" + "b2" * 32)

SHAPES = {
    "plain": f"images:\n  - name: platform\n    digest: {OLD}\n",
    "comment behind": f"images:\n- name: platform\n  digest: {OLD}   # kept\n",
    "double quotes": f'images:\n  - name: platform\n    digest: "{OLD}"\n',
    "single quotes": f"images:\n  - name: 'platform'\n    digest: '{OLD}'\n",
    "flow": f"images: [{{ name: platform, newName: r/p, digest: {OLD} }}]\n",
    "carriage returns": f"# a\r\nimages:\r\n  - digest: {OLD}\r\n    name: platform\r\n",
    "no newline at the end": f"images:\n  - name: platform\n    digest: {OLD}",
    "the same digest elsewhere": f"# {OLD}\nx: {OLD}\nimages:\n  - name: other\n    digest: {OLD}\n"
    f"  - name: platform\n    digest: {OLD}\ny: [{OLD}]\n",
    "letters of two bytes and more": f"# größer 🚀 → ∞\nimages:\n  - name: platform # ü\n    digest: {OLD}\n# 終\n",
    "document marks": f"---\nimages:\n  - name: platform\n    digest: {OLD}\n...\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_the_digest_alone_changes_and_comes_back(text: str) -> None:
    edited = set_digest(text, image="platform", digest=NEW)

    assert read_digest(edited, image="platform") == NEW
    assert sum(a != b for a, b in zip(text, edited, strict=True)) == 64
    assert set_digest(edited, image="platform", digest=OLD) == text


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_the_same_digest_gives_the_same_text(text: str) -> None:
    assert set_digest(text, image="platform", digest=OLD) == text


def test_all_zeros_is_no_release_yet() -> None:
    text = SHAPES["plain"].replace(OLD, NOTHING_YET)

    assert read_digest(text, image="platform") is None
    assert read_digest(set_digest(text, image="platform", digest=NEW), image="platform") == NEW


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`images:` is missing"),
        ("images: {}\n", "no list"),
        ("images: []\n", "0 entries"),
        (f"images:\n  - name: other\n    digest: {OLD}\n", "0 entries"),
        (SHAPES["plain"] + f"  - name: platform\n    digest: {OLD}\n", "2 entries"),
        ("images:\n  - name: platform\n    newTag: latest\n", "no `digest:`"),
        (f"images:\n  - name: platform\n    digest: >-\n      {OLD}\n", "no `digest:` on one line"),
        ("images: [\n", "not YAML"),
        ("[" * 3000, "not YAML"),
        (f"images:\n  - name: platform\n    digest: &d {OLD}\nother: *d\n", "undefined alias"),
        (f"images:\n  - name: platform\n    digest: !!str {OLD}\n  # {'x' * 600_000}\n", "at most"),
        (f"images:\n  - name: platform\n    digest: {OLD}\n    digest: {OLD}\n", "not YAML"),
    ],
)
def test_an_overlay_that_cannot_be_edited_alone_is_refused(text: str, said: str) -> None:
    with pytest.raises(Terminal) as caught:
        set_digest(text, image="platform", digest=NEW)

    assert caught.value.reason == "OverlayUnreadable"
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("digest", ["", "latest", "sha256:" + "A1" * 32, f"{NEW}\nx: y", NEW[:-1], f"{NEW} # x"])
def test_what_is_no_digest_is_never_written(digest: str) -> None:
    with pytest.raises(Terminal, match="is no digest"):
        set_digest(SHAPES["plain"], image="platform", digest=Digest(digest))


def test_a_digest_that_is_none_is_not_read() -> None:
    with pytest.raises(Terminal, match="64 hexadecimal digits"):
        read_digest("images:\n  - name: platform\n    digest: sha256:abc\n", image="platform")
