"""Edits of a text by offsets: whole lines and items of arrays, each with an exact inverse.

Inserting and then removing gives the bytes back, whatever stood around: that is what makes an uninstall the inverse of
an install in every file. Arrays are edited within their own statement: offsets of a value count from there.
"""

from __future__ import annotations

from codegen.toml.scan import Scan, Value


def insert_line(text: str, offset: int, *, line: str, newline: str) -> str:
    """Put a line in at a line's start, or at the end of the file, where a missing final newline stays missing."""
    if offset == len(text) and text and not text.endswith("\n"):
        return f"{text}{newline}{line}"
    return f"{text[:offset]}{line}{newline}{text[offset:]}"


def remove_lines(text: str, start: int, end: int) -> str:
    """Take whole lines out; the last line of a file without a final newline leaves none behind either."""
    if end == len(text) and not text[start:end].endswith("\n"):
        start -= 2 if text[:start].endswith("\r\n") else min(start, 1)
    return text[:start] + text[end:]


def insert_item(text: str, array: Value, index: int, *, item: str, newline: str) -> str:
    """Put an item into an array before the one at `index`, in the array's own style: one line, or an item a line."""
    if _has_item_lines(text, array):
        return _insert_item_line(text, array, index, item=item, newline=newline)
    if not array.items:
        return f"{text[: array.start + 1]}{item}{text[array.start + 1 :]}"
    if index == 0:
        at = array.items[0].start
        return f"{text[:at]}{item}, {text[at:]}"
    at = array.items[index - 1].end
    return f"{text[:at]}, {item}{text[at:]}"


def remove_item(text: str, array: Value, index: int) -> str:
    """Take an item out of an array with the comma and the space that `insert_item` gave it."""
    item = array.items[index]
    if _has_item_lines(text, array):
        return _remove_item_line(text, array, index)
    if index > 0:
        return text[: array.items[index - 1].end] + text[item.end :]
    if len(array.items) > 1:
        return text[: item.start] + text[array.items[1].start :]
    end = text.index(",", item.end) + 1 if _has_comma(text, array, index) else item.end
    return text[: item.start] + text[end:]


def set_items(text: str, array: Value, items: list[str]) -> str:
    """Give an array these items, each as its text; those that stay keep their style, and nothing is put in order anew."""
    newline = "\r\n" if "\r\n" in text else "\n"
    present = [text[item.start : item.end] for item in array.items]
    for index in reversed([index for index, item in enumerate(present) if item not in items]):
        text, array = _again(remove_item(text, array, index), array)
    kept = [item for item in present if item in items]
    if kept != [item for item in items if item in kept]:
        return f"{text[: array.start]}[{', '.join(items)}]{text[array.end :]}"
    for index, item in enumerate(items):
        if item not in kept:
            text, array = _again(insert_item(text, array, index, item=item, newline=newline), array)
    return text


def _again(text: str, array: Value) -> tuple[str, Value]:
    """A text and its array, read anew after an edit: an array begins where it began."""
    return text, Scan(text, array.start).value()


def set_pair(text: str, table: Value, key: str, *, value: str | None) -> str:
    """Give a key of an inline table a value, or take the key out (None); a new key comes last."""
    pairs = table.pairs
    index = next((index for index, pair in enumerate(pairs) if pair.key == (key,)), None)
    if index is None:
        at = pairs[-1].value.end
        return text if value is None else f"{text[:at]}, {key} = {value}{text[at:]}"
    here = pairs[index]
    if value is not None:
        return text[: here.value.start] + value + text[here.value.end :]
    if index > 0:
        return text[: pairs[index - 1].value.end] + text[here.value.end :]
    return text[: here.start] + text[pairs[1].start if len(pairs) > 1 else here.value.end :]


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def _has_item_lines(text: str, array: Value) -> bool:
    if "\n" not in text[array.start : array.end]:
        return False
    starts = [*(item.start for item in array.items), array.end - 1]
    return all(not text[_line_start(text, start) : start].strip() for start in starts)


def _has_comma(text: str, array: Value, index: int) -> bool:
    following = array.items[index + 1].start if index + 1 < len(array.items) else array.end
    between = text[array.items[index].end : following]
    return between.lstrip().startswith(",")


def _insert_item_line(text: str, array: Value, index: int, *, item: str, newline: str) -> str:
    if not array.items:
        at = _line_end(text, array.start)
        return f"{text[:at]}    {item},{newline}{text[at:]}"
    beside = array.items[min(index, len(array.items) - 1)].start
    indent = text[_line_start(text, beside) : beside]
    if index < len(array.items):
        at = _line_start(text, beside)
    elif _has_comma(text, array, index - 1):
        at = _line_end(text, array.items[-1].end)
    else:
        at = array.items[-1].end
        return f"{text[:at]},{newline}{indent}{item}{text[at:]}"
    return f"{text[:at]}{indent}{item},{newline}{text[at:]}"


def _remove_item_line(text: str, array: Value, index: int) -> str:
    item = array.items[index]
    before = array.items[index - 1].end if index else item.start
    if _has_comma(text, array, index) or index == 0 or "#" in text[before : item.start]:
        return remove_lines(text, _line_start(text, item.start), _line_end(text, item.end))
    return text[:before] + text[item.end :]
