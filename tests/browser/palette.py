"""Pictures of pages as PNG with a palette: thousands of shades of smoothed letters become 256, a third of the bytes."""

import struct
import zlib
from base64 import b64decode, b64encode

import numpy
from playwright.sync_api import Page

COLOURS = 256
_PIXELS = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  pen.drawImage(picture, 0, 0);
  const bytes = new Uint8Array(pen.getImageData(0, 0, picture.width, picture.height).data.buffer);
  let text = "";
  for (let n = 0; n < bytes.length; n += 32768) text += String.fromCharCode(...bytes.subarray(n, n + 32768));
  return [picture.width, picture.height, btoa(text)];
}"""


def with_palette(blank: Page, png: bytes) -> bytes:
    """The same picture in its most frequent colours, the others as the nearest of those. ``blank`` decodes it."""
    wide, high, pixels = blank.evaluate(_PIXELS, b64encode(png).decode())
    rgba = numpy.frombuffer(b64decode(pixels), dtype=numpy.uint8).reshape(-1, 4)
    packed = rgba[:, 0].astype(numpy.uint32) << 16 | rgba[:, 1].astype(numpy.uint32) << 8 | rgba[:, 2]
    colours, places, counts = numpy.unique(packed, return_inverse=True, return_counts=True)
    apart = numpy.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(numpy.int32)
    palette = apart[_chosen(apart, counts)]
    nearest = ((apart[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2).argmin(axis=1).astype(numpy.uint8)
    rows = nearest[places].reshape(high, wide)
    lines = numpy.hstack([numpy.zeros((high, 1), dtype=numpy.uint8), rows]).tobytes()
    header = struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.astype(numpy.uint8).tobytes()), (b"IDAT", zlib.compress(lines, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chosen(apart: "numpy.ndarray", counts: "numpy.ndarray") -> list[int]:
    """The most frequent colours that differ from each other by more than an eye would see on their account."""
    found: list[int] = []
    for place in counts.argsort()[::-1]:
        if len(found) == COLOURS:
            break
        near = found and ((apart[found] - apart[place]) ** 2).sum(axis=1).min() < (4 if counts[place] > 500 else 48)
        if not near:
            found.append(int(place))
    return found


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
