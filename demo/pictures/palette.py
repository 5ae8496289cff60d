"""
Pictures with at most 256 colours, which is plenty for pages and takes a third of the bytes.

The browser decodes and counts; what is written here is the file. Source of the format: W3C, PNG, third edition.
"""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = struct.pack(">5B", 8, 3, 0, 0, 0)  # eight bits, by palette, and the only methods that there are
_REDUCE = """
async (encoded) => {
  const file = await (await fetch(`data:image/png;base64,${encoded}`)).blob();
  const image = await createImageBitmap(file);
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const palette = colours.slice(0, 256).map(parts);
  const nearest = (colour) => {
    const [red, green, blue] = parts(colour);
    const distances = palette.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
    return distances.indexOf(Math.min(...distances));
  };
  const places = new Map(colours.map((colour, place) => [colour, place < 256 ? place : nearest(colour)]));
  const indices = Uint8Array.from(pixels, (pixel) => places.get(pixel));
  const url = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(new Blob([indices]));
  });
  return { width: image.width, height: image.height, palette: palette.flat(), indices: url.split(",")[1] };
}
"""


def reduced(browser: Browser, picture: bytes) -> bytes:
    """The PNG with its 256 most frequent colours; others become the nearest of them."""
    page = browser.new_page()
    try:
        found = page.evaluate(_REDUCE, base64.b64encode(picture).decode())
    finally:
        page.close()
    width, height = found["width"], found["height"]
    indices = base64.b64decode(found["indices"])
    lines = b"".join(b"\0" + indices[at : at + width] for at in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">2I", width, height) + _INDEXED),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
