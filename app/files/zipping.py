"""A zip that is written while it is sent: one file at a time, never whole in memory, with the digest of each entry."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

CHUNK = 256 * 1024
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST = 120  # bytes of a name are up to three times this, and file systems end at 255 … 1024 for a path
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with folders («bao-cao/01-So-Y-te/bao-cao.pdf») and its bytes, or the file or stream that holds them."""

    name: str
    content: bytes | Path | Iterable[bytes]


class _Sink(io.RawIOBase):
    """What the zip writes into: pieces that are taken away at once. It cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        data = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(data)
        return len(data)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def stream_zip(entries: Iterable[Entry], at: datetime, *, checksums: str = CHECKSUMS) -> Iterator[bytes]:
    """The bytes of the zip, piece by piece. `at` is the time that every entry bears.

    The last entry lists the SHA-256 of all others in the form that `sha256sum -c` reads. Two entries of one name
    are told apart by a number, capital letters counting as small ones: Windows would write one over the other.
    """
    sink, taken, sums = _Sink(), set[str](), []
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:  # type: ignore[call-overload]
        for entry in entries:
            name = free_name(entry.name, taken)
            digest = hashlib.sha256()
            info = zipfile.ZipInfo(name, moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(info, "w", force_zip64=isinstance(entry.content, Path)) as target:
                for piece in _pieces(entry.content):
                    digest.update(piece)
                    target.write(piece)
                    if out := sink.take():
                        yield out
            sums.append(f"{digest.hexdigest()}  {name}\n")
            yield sink.take()
        info = zipfile.ZipInfo(checksums, moment)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        archive.writestr(info, "".join(sums))
    yield sink.take()


def _pieces(content: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as stream:
            while piece := stream.read(CHUNK):
                yield piece
    else:
        yield from content


def safe_name(name: str) -> str:
    """One part of a path that every system can write, Vietnamese letters as they are."""
    name = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name)).strip(" .")
    if len(name) > _LONGEST:
        path = PurePosixPath(name)
        suffix = path.suffix if len(path.suffix) <= 10 else ""
        name = name.removesuffix(suffix)[: _LONGEST - len(suffix)].strip(" .") + suffix
    return f"_{name}" if _RESERVED.match(name) else name or "tep"


def free_name(name: str, taken: set[str]) -> str:
    """The name with its parts made safe, and with a number where it is taken; it counts as taken from now on."""
    parts = [safe_name(part) for part in name.split("/") if part not in ("", ".", "..")]
    folder, path = "/".join(parts[:-1]), PurePosixPath(parts[-1] if parts else "tep")
    number, free = 1, path.name
    while f"{folder}/{free}".casefold() in taken:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    taken.add(f"{folder}/{free}".casefold())
    return f"{folder}/{free}" if folder else free
