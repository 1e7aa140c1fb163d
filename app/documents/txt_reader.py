"""Plain text: which encoding, then paragraphs as they stand."""

from __future__ import annotations

import unicodedata

from charset_normalizer import from_bytes

from app.documents import legacy
from app.documents.blocks import clean
from app.documents.models import Extracted, Limits, Notice, PageMark
from app.documents.refusals import DocumentRefused
from app.documents.sniff import looks_like_utf16


def read_txt(data: bytes, limits: Limits) -> Extracted:
    """The text as it stands, its lines untouched; a form feed is a page break."""
    raw, notices = decode(data)
    parts: list[str] = []
    pages: list[PageMark] = []
    length = 0
    for number, part in enumerate(raw.split("\f"), 1):
        settled = clean(part)
        if parts and not parts[-1].endswith("\n"):
            parts.append("\n")
            length += 1
        pages.append(PageMark(length, number))
        parts.append(settled)
        length += len(settled)
    if length > limits.max_characters:
        raise DocumentRefused("too_big", limit=f"{limits.max_characters / 1e6:.0f} MB")
    return "".join(parts), tuple(pages), tuple(notices)


def decode(data: bytes, declared: str | None = None) -> tuple[str, list[Notice]]:
    """Bytes to NFC text: byte order mark, UTF-16, UTF-8, what it declares, then what reads as Vietnamese.

    A warning tells where the text was converted or the encoding only guessed.
    """
    text, guessed = _decode(data, declared)
    text = unicodedata.normalize("NFC", text)
    text, old = legacy.settle(text)
    if old:
        return text, [Notice("converted", {"encoding": old})]
    return text, [Notice("encoding_guessed", {"encoding": guessed})] if guessed else []


def _decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace"), None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), None
    wide = looks_like_utf16(data)
    if wide:
        return data.decode(wide, "replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return _decode_single_bytes(data, declared)


def _decode_single_bytes(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """Windows-1258 where that gives Vietnamese; Windows-1252 where `legacy.settle` can go on from it."""
    vietnamese = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    share, count = legacy.share_of_syllables(vietnamese)
    western = data.decode("cp1252", "replace") if b"\x81" not in data else data.decode("latin-1")
    if legacy.settle(western)[1]:
        old, _ = legacy.share_of_syllables(legacy.settle(western)[0])
        if old >= share:
            return western, None
    if count and share >= 0.5:
        return vietnamese, None
    mostly_utf8 = data.decode("utf-8", "replace")
    if mostly_utf8.count("\ufffd") * 50 < len(mostly_utf8):
        return mostly_utf8, "UTF-8"
    if declared:
        try:
            return data.decode(declared, "replace"), declared
        except LookupError:
            pass
    best = from_bytes(data[:100_000]).best()
    if best is not None:
        return data.decode(best.encoding, "replace"), best.encoding
    return vietnamese, "Windows-1258"
