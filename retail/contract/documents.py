"""Receipt documents as stored bytes; a reprint renders the very same document again."""

from __future__ import annotations

import msgspec

from retail.errors import RetailError
from retail.receipt import KINDS, Block, ReceiptDocument

_NAMES = {kind: name for name, kind in KINDS.items()}
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}
_encoder = msgspec.json.Encoder()


class _Stored(msgspec.Struct, frozen=True):
    """A document with each block behind the name of its kind."""

    title: str
    language: str
    blocks: tuple[tuple[str, msgspec.Raw], ...]


_decoder = msgspec.json.Decoder(_Stored)


def encode_document(document: ReceiptDocument) -> bytes:
    """JSON; ``decode_document`` gives back an equal document."""
    blocks = [(_NAMES[type(block)], block) for block in document.blocks]
    title, language = document.title, document.language
    return _encoder.encode({"title": title, "language": language, "blocks": blocks})


def decode_document(data: bytes) -> ReceiptDocument:
    """Read what :func:`encode_document` wrote.

    Raises:
        RetailError: ``receipt.block`` when a block is unknown or malformed.
    """
    try:
        stored = _decoder.decode(data)
        blocks: tuple[Block, ...] = tuple(
            _DECODERS[name].decode(raw) for name, raw in stored.blocks
        )
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as problem:
        raise RetailError(
            "receipt.block", "The stored receipt cannot be read: %(why)s.", why=problem
        ) from problem
    return ReceiptDocument(stored.title, stored.language, blocks)
