"""A look at a JPEG's structure before anything decodes it.

A progressive JPEG of 58 kB may hold 3,005 scans and cost 7.5 seconds of CPU: limits on bytes and
pixels do not see that, counting the scans does.
"""

from __future__ import annotations

import re

from catalog.images import rejections

MAX_SCANS = 100
# An ordinary file has fewer than 300 (a large colour profile takes 255); without a limit a file
# made of four-byte comments would keep this loop busy for seconds.
MAX_SEGMENTS = 10_000

_SOS = 0xDA
_EOI = 0xD9
_TEM = 0x01
# The next marker, the way libjpeg looks for it: stuffed zeros and restarts are scan data.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


def check_scans(data: bytes) -> None:
    """Refuses a JPEG of more than 100 scans or 10,000 segments with code `corrupt`.

    Segments are followed by their lengths, so that scan markers inside EXIF thumbnails, or in what
    phones append after the picture's end, do not count.
    """
    scans = segments = 0
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = found.group(1)[0], found.end()
        if marker == _EOI:
            break
        if marker != _TEM:
            at += int.from_bytes(data[at : at + 2], "big")
        scans += marker == _SOS
        segments += 1
        if scans > MAX_SCANS:
            raise rejections.too_many_scans(scans + data.count(b"\xff\xda", at), MAX_SCANS)
        if segments > MAX_SEGMENTS:
            raise rejections.damaged()
