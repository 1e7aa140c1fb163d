"""Whether a document bears a mark of secrecy; such a document must not be stored."""

from __future__ import annotations

from app.planreader.patterns.document import CLASSIFIED
from app.planreader.text import clean

# The mark stands in the header (Thông tư 24/2020/TT-BCA), well within the first pages' worth of characters.
_HEADER = 6000


def find_classification(text: str) -> str | None:
    """«Tuyệt mật», «Tối mật» or «Mật», or None; only a mark that stands alone on its line counts."""
    found = CLASSIFIED.search(clean(text[:_HEADER]).text)
    if found is None:
        return None
    return " ".join((found[1] or found[2]).split()).capitalize()
