"""Files made on the spot: Word documents from python-docx and from raw XML, and small PDFs from our own bytes."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

FIXTURES = Path(__file__).with_name("fixtures")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_of(*paragraphs: str) -> bytes:
    """A document of plain paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def raw_docx(body: str, prolog: str = "", **parts: str) -> bytes:
    """A document from the XML of its body; parts are further files beside it (numbering="…")."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{prolog}<w:document {W} '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
            f'xmlns:v="urn:schemas-microsoft-com:vml"><w:body>{body}</w:body></w:document>',
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f'<?xml version="1.0"?>{content}')
    return out.getvalue()


def p(text: str, properties: str = "") -> str:
    """One paragraph of WordprocessingML."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, depth: int, list_id: int = 1) -> str:
    """A paragraph of a list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>')


def numbering(*levels: tuple[str, str], extra: str = "") -> str:
    """numbering.xml with one list; each level is (format, text)."""
    shown = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(levels)
    )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{shown}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{extra}</w:numbering>'
    )


def add_text_box(paragraph: Any, text: str) -> None:
    """Hang a text box on a paragraph, as Word writes it: twice, for new and for old programs."""
    box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
            "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' "
            "xmlns:v='urn:schemas-microsoft-com:vml'><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
            f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
            "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


def encrypted_docx() -> bytes:
    """The frame of a Word file with a password: a compound file that holds an EncryptedPackage."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HH", 0x3E, 3) + bytes(484)
    names = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    return header + b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in names) + bytes(512)


def word_97() -> bytes:
    """The frame of an old .doc."""
    return encrypted_docx().replace(
        "EncryptedPackage".encode("utf-16-le"), "WordDocument\0\0\0\0".encode("utf-16-le")
    )


def pdf_of(*pages: list[tuple[int, int, str]], password: str | None = None) -> bytes:
    """A PDF with ASCII text: each page is a list of (x, y, text) in Helvetica 12; encrypted if a password is set."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    key, security = _security(password) if password is not None else (None, b"")
    for page in pages:
        content = "".join(
            f"BT /F1 12 Tf {x} {y} Td ({text.replace(')', chr(92) + ')')}) Tj ET\n" for x, y, text in page
        ).encode("latin-1")
        number = len(objects) + 1
        kids.append(f"{number + 1} 0 R")
        if key is not None:
            content = _rc4(
                hashlib.md5(key + struct.pack("<I", number)[:3] + b"\x00\x00").digest()[:10], content
            )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % number
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (" ".join(kids).encode(), len(kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        security,
        start,
    )
    return bytes(out)


_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = b"0123456789abcdef"


def _security(password: str) -> tuple[bytes, bytes]:
    """The standard security handler, revision 2, 40 bit: the oldest one, which every reader knows."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + _ID).digest()[:5]
    user = _rc4(key, _PADDING)
    return key, (
        b"/ID [<%s> <%s>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>"
        % (_ID.hex().encode(), _ID.hex().encode(), owner.hex().encode(), user.hex().encode())
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
