"""Prometheus remote write, version 1: series and samples to the bytes of one request.

The protocol is a protobuf `WriteRequest` in snappy block format
(https://prometheus.io/docs/specs/remote_write_spec/). Both are written out here, because four message types
need no code generator, and a snappy block may consist of one uncompressed literal.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

STALE = struct.pack("<Q", 0x7FF0000000000002)
"""Prometheus' stale marker: a NaN with this payload says that the series ended here."""

_TIMESTAMP_RANGE = range(1 << 35, 1 << 42)
"""Milliseconds whose varint has exactly six bytes: from 1971 to 2109."""


def series(labels: Mapping[str, str], encoded_samples: bytes) -> bytes:
    """One series with its samples, as an element of a request."""
    named = b"".join(
        _field(_field(name.encode(), 1) + _field(value.encode(), 2), 1)
        for name, value in sorted(labels.items())
    )
    return _field(named + encoded_samples, 1)


def samples(times_ms: Sequence[int], values: Sequence[float | None]) -> bytes:
    """The samples of a series, in the order of time; the value None is a stale marker."""
    if times_ms and not (times_ms[0] in _TIMESTAMP_RANGE and times_ms[-1] in _TIMESTAMP_RANGE):
        raise ValueError("a timestamp is outside of 1971 to 2109")
    pack = struct.Struct("<d").pack
    # Sample{double value = 1; int64 timestamp = 2} is always 16 bytes long.
    return b"".join(
        [
            b"\x12\x10\x09" + (STALE if value is None else pack(value)) + b"\x10" + _varint6(time)
            for time, value in zip(times_ms, values, strict=True)
        ]
    )


def histogram(time_ms: int, schema: int, counts: Mapping[int, int], total: float) -> bytes:
    """A sample of a native histogram: cumulative counts by bucket, and the sum of what was observed.

    The fields are those of `Histogram` in Prometheus' prompb/types.proto. Each bucket has a span of its own.
    """
    spans, deltas = b"", b""
    before, last = None, 0
    for number, count in sorted(counts.items()):
        offset = number if before is None else number - before - 1
        spans += _field(b"\x08" + _varint(_zigzag(offset)) + b"\x10\x01", 11)
        deltas += _varint(_zigzag(count - last))
        before, last = number, count
    return _field(
        b"\x08"
        + _varint(sum(counts.values()))
        + b"\x19"
        + struct.pack("<d", total)
        + b"\x20"
        + _varint(_zigzag(schema))
        + b"\x29"
        + struct.pack("<d", 1e-128)  # the width of the bucket around zero
        + b"\x30\x00"
        + spans
        + _field(deltas, 12)
        + b"\x78"
        + _varint(time_ms),
        4,
    )


def request(encoded: Iterable[bytes]) -> bytes:
    """The body of a POST to `/api/v1/write` that carries these encoded series."""
    message = b"".join(encoded)
    return _varint(len(message)) + b"\xfc" + struct.pack("<I", len(message) - 1) + message


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _field(content: bytes, number: int) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _varint6(value: int) -> bytes:
    return bytes(
        (
            value & 127 | 128,
            value >> 7 & 127 | 128,
            value >> 14 & 127 | 128,
            value >> 21 & 127 | 128,
            value >> 28 & 127 | 128,
            value >> 35,
        )
    )
