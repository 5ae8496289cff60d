"""A module's row goes into a table of a document that people wrote, and out again, and nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.errors import ManifestError, Refused
from codegen.lines.document_row import RowWish, cell_names, cell_text, remove_row, rows, write_row

PAGE = """\
# Parts of the shop

```text
### Core
| Not | A | Table |
|---|---|---|
```

### Core

| Part | Package | Needs |
|---|---|---|
| `clock` | `shop-clock` | — |

### Optional

Text with a bar | in it, and no table.

| Part | Package | Needs | Told |
|:---|---|---|---:|
| `ledger` | `shop-ledger` | `clock` | Books \\| accounts |
| `desk_front` | `shop-desk-front` | `ledger`, `clock` | Uses `a|b` and `[x]` |
| `desk_back` | `shop-desk-back` | - | |
| `till` | `shop-till` | `desk_back` | a lone ` here |

After the table.
"""
OPTIONAL = "### Optional"


def wish(name: str, *needs: str, told: str = "New here", heading: str = OPTIONAL) -> RowWish:
    cells = (f"`{name}`", f"`shop-{name.replace('_', '-')}`", cell_names(needs), told)
    return RowWish(heading=heading, cells=cells, free=frozenset({3}))


def names(text: str, heading: str = OPTIONAL) -> list[str]:
    return [row.name for row in rows(text, heading, path="parts.md")]


def write(text: str, wished: RowWish, *after: str) -> str:
    return write_row(text, wished, after=after, path="parts.md")


def changed(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_rows_are_read_with_bars_in_code_and_escaped_ones_and_lone_backticks() -> None:
    found = rows(PAGE, OPTIONAL, path="parts.md")
    assert [row.name for row in found] == ["ledger", "desk_front", "desk_back", "till"]
    assert found[0].cells[3] == "Books \\| accounts"
    assert found[1].cells[3] == "Uses `a|b` and `[x]`"
    assert found[3].cells == ("`till`", "`shop-till`", "`desk_back`", "a lone ` here")
    assert found[0].line == 21


def test_a_table_in_fenced_code_is_no_table() -> None:
    assert names(PAGE, "### Core") == ["clock"]


@pytest.mark.parametrize(
    ("name", "after", "behind"),
    [
        ("desk", (), "desk_back"),
        ("stock", ("ledger",), "ledger"),
        ("stock", (), "till"),
        ("ledger-audit", ("till",), "till"),
    ],
    ids=["family", "need", "end", "the last of both"],
)
def test_a_new_row_stands_behind_its_needs_and_family(name: str, after: tuple[str, ...], behind: str) -> None:
    written = names(write(PAGE, wish(name), *after))
    assert written[written.index(name) - 1] == behind


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("end", ["", "\n", "\n\nmore\n"])
def test_a_row_goes_in_and_out_again(line_end: str, end: str) -> None:
    page = (PAGE.split("\n\nAfter")[0] + end).replace("\n", line_end)
    with_row = write(page, wish("stock", "till"), "till")
    assert f"| `stock` | `shop-stock` | `till` | New here |{line_end if end else ''}" in with_row
    assert with_row.count("\n") == page.count("\n") + 1
    assert with_row.count("\r") == (with_row.count("\n") if line_end == "\r\n" else 0)
    assert remove_row(with_row, OPTIONAL, "stock", path="parts.md") == page


@given(
    st.text(alphabet="ab`|\\ <[\r\t—", max_size=40),
    st.from_regex(r"[a-z]{1,5}(?:[_-][a-z]{1,3})?", fullmatch=True),
    st.text(max_size=300),
)
def test_what_stands_around_never_matters_to_a_row(around: str, name: str, told: str) -> None:
    page = f"{around}\n### Optional\n{around}\n\n| A | B | C | D |\n|---|---|---|---|\n| x | {around} |\n\n{around}\n"
    wished = wish(f"z{name}", "clock", told=cell_text(told))
    with_row = write(page, wished, "x")
    assert [line for line in with_row.split("\n") if line not in page.split("\n")] == [
        "| " + " | ".join(wished.cells) + " |"
    ]
    assert write(with_row, wished) == with_row
    assert remove_row(with_row, OPTIONAL, f"z{name}", path="parts.md") == page


@pytest.mark.parametrize(
    ("name", "needs"),
    [("desk_front", ("clock", "ledger")), ("desk_back", ()), ("ledger", ("clock",))],
    ids=["order", "dash", "same"],
)
def test_a_row_that_says_the_same_is_left_as_people_wrote_it(name: str, needs: tuple[str, ...]) -> None:
    assert write(PAGE, wish(name, *needs, told="other words")) == PAGE


def test_only_the_cells_that_say_something_else_are_written_anew() -> None:
    written = write(PAGE, wish("desk_front", "clock"))
    assert changed(PAGE, written) == [
        (
            "| `desk_front` | `shop-desk-front` | `ledger`, `clock` | Uses `a|b` and `[x]` |",
            "| `desk_front` | `shop-desk-front` | `clock` | Uses `a|b` and `[x]` |",
        )
    ]


def test_a_row_with_too_few_cells_is_completed_and_keeps_its_own_words() -> None:
    page = "## Parts\n\nPart | Package | Needs | Told\n--- | --- | --- | ---\n[`till`](./till.md) | old\n"
    written = write(page, wish("till", "clock", heading="## Parts"))
    assert written.split("\n")[-2] == "[`till`](./till.md) | `shop-till` | `clock` | New here"


def test_an_aligned_table_stays_aligned() -> None:
    page = (
        "## Parts\n\n"
        "  | Part       | Package         | Needs              | Told      |\n"
        "  |------------|-----------------|--------------------|-----------|\n"
        "  | `till`     | `shop-till`     | —                  | Money     |\n"
    )
    written = write(page, wish("desk", "till", heading="## Parts"))
    assert written == page + "  | `desk`     | `shop-desk`     | `till`             | New here  |\n"
    changed_row = write(page, wish("till", "desk", heading="## Parts"))
    assert changed(page, changed_row)[0][1] == "  | `till`     | `shop-till`     | `desk`             | Money     |"
    assert write(changed_row, wish("till", heading="## Parts")) == page


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("### Extensions", "the heading is missing"),
        ("## Optional", "the heading is missing"),
        ("# Parts of the shop", "the table has other columns"),
        ("### Bare", "no table stands under the heading"),
        ("### Twice", "the heading stands more than once"),
    ],
)
def test_a_missing_place_is_told_with_its_heading(heading: str, problem: str) -> None:
    page = f"{PAGE}\n### Twice\n\n### Bare\n\na | b\n\n### Twice\n"
    with pytest.raises(ManifestError) as caught:
        write(page, wish("stock", heading=heading))
    (finding,) = caught.value.findings
    assert (finding.path, finding.key, finding.problem) == ("parts.md", heading, problem)
    assert finding.hint


def test_a_row_that_stands_twice_is_for_a_person_to_mend() -> None:
    row = "| `till` | `shop-till` | — | other words |\n"
    twice = PAGE.replace("\nAfter the table.\n", row).replace("here | \n\n", "here |\n")
    with pytest.raises(ManifestError, match="stands twice"):
        write(PAGE.replace("| `ledger`", row + "| `ledger`"), wish("till", "desk_back"))
    assert names(remove_row(twice, OPTIONAL, "till", path="parts.md")).count("till") == 0


@given(st.text(max_size=600))
def test_any_text_becomes_one_plain_cell(told: str) -> None:
    cell = cell_text(told)
    written = write(PAGE, wish("stock", told=cell))
    assert rows(written, OPTIONAL, path="parts.md")[-1].cells[3] == cell
    assert len(cell.replace("\\", "")) <= 200


@pytest.mark.parametrize(
    ("told", "cell"),
    [
        ("Books\n\tand  accounts ", "Books and accounts"),
        ("a|b", "a\\|b"),
        ("see [here](https://bad.test)", "see \\[here\\](https\\://bad.test)"),
        ("<script>x</script> &lt;", "\\<script\\>x\\</script\\> \\&lt;"),
        ("WWW.bad.test \u202egnp", "WWW\\.bad.test gnp"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_modules_own_words_are_never_markup(told: str, cell: str) -> None:
    assert cell_text(told) == cell


@pytest.mark.parametrize("cell", ["two\nlines", "a | b", "<b>", "a lone `", "tab\there", "\u202eback"])
def test_a_cell_that_would_not_stay_one_cell_is_refused(cell: str) -> None:
    with pytest.raises(Refused) as caught:
        write(PAGE, wish("stock", told=cell))
    assert caught.value.reason == "CellNotAllowed"


def test_a_table_that_nobody_can_have_written_is_refused() -> None:
    with pytest.raises(ManifestError, match="too many rows"):
        names(PAGE.replace("| `till`", "|\n" * 30_000 + "| `till`"))


def test_hostile_lines_are_read_in_time() -> None:
    line = "|" + "\\" * 40_000 + "`" * 20_000 + "".join("`" * n + " " for n in range(300)) + "[" * 30_000
    page = PAGE.replace("| `till`", f"{line}\n| `till`")
    assert names(page)[-1] == "till"
