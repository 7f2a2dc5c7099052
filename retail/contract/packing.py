"""A push packed by what its reader has already: zstd, with the journal's past as dictionary.

Both sides have the entries before a batch, and the hash of its base tells that they are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import zstandard

_LEVEL, _PAST_LEVEL = 3, 9


def pack(plain: bytes, past: Sequence[bytes] = ()) -> bytes:
    """Compress the lines of a batch; small ones, which have a past, with more care."""
    level = _PAST_LEVEL if past else _LEVEL
    return zstandard.ZstdCompressor(level=level, dict_data=_dictionary(past)).compress(plain)


def unpack(body: bytes, past: Sequence[bytes], *, most: int) -> bytes:
    """The plain lines, of ``most`` bytes at the most.

    Raises:
        OverflowError: they are more; nothing was unpacked.
        zstandard.ZstdError: this is not what :func:`pack` made with that past.
    """
    if zstandard.frame_content_size(body) > most:
        raise OverflowError(most)
    reader = zstandard.ZstdDecompressor(dict_data=_dictionary(past))
    return reader.decompress(body, max_output_size=most, allow_extra_data=False)


def _dictionary(past: Sequence[bytes]) -> zstandard.ZstdCompressionDict | None:
    if not past:
        return None
    content = b"".join(past)
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
