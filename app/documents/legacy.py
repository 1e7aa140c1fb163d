"""Vietnamese text from before Unicode: TCVN3 (ABC), VNI and Windows-1258, detected and converted.

TCVN 5712:1993 (form VN3, fonts .VnTime) gives every accented small letter one byte and has capitals only in
fonts whose name ends in H. VNI (fonts VNI-Times) writes a base letter followed by a mark. Both reach us as
characters of Windows-1252, either in a plain text file or in a document whose fonts drew them as Vietnamese.
Which of them it is shows in the words: the right table yields Vietnamese syllables, the wrong one does not.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

# VNI: plain marks, then the marks that also turn a into â or ă, e into ê, o into ô.
_MARKS = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_HATTED = dict(zip("âáàåãä", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_BREVE = dict(zip("êéèúüë", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_SINGLE = dict(zip("íìæóòôöîñ", "íìỉĩịơưỵđ", strict=True))


def _vni_pairs() -> dict[str, str]:
    """Every VNI sequence, longest first by construction: two characters, then one."""
    pairs: dict[str, str] = {}
    for base in "aeouy":
        for mark, tone in _MARKS.items():
            pairs[base + mark] = base + tone
    for base in "aeo":
        for mark, tone in _HATTED.items():
            pairs[base + mark] = base + "\u0302" + tone
    for mark, tone in _BREVE.items():
        pairs["a" + mark] = "a\u0306" + tone
    for base, letter in (("ô", "ơ"), ("ö", "ư")):
        for mark, tone in _MARKS.items():
            pairs[base + mark] = letter + tone
    pairs.update(_SINGLE)
    capitals = {key.upper(): value.upper() for key, value in pairs.items()}
    mixed = {
        key[0].upper() + key[1:]: value[0].upper() + value[1:]
        for key, value in pairs.items()
        if len(key) == 2
    }
    return {key: unicodedata.normalize("NFC", value) for key, value in (pairs | mixed | capitals).items()}


_VNI = _vni_pairs()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """TCVN3 characters (as Windows-1252) to Unicode; `capitals` for a font whose name ends in H."""
    converted = "".join(_TCVN3.get(char, char) for char in text)
    return converted.upper() if capitals else _raise_capitals(converted)


def from_vni(text: str) -> str:
    """VNI characters (as Windows-1252) to Unicode."""
    return _VNI_PATTERN.sub(lambda match: _VNI[match.group()], text)


def _raise_capitals(text: str) -> str:
    """Lines in capitals lost the case of their accented letters («KÕ HO¹CH»): give it back."""
    return "\n".join(_raise_line(line) for line in text.split("\n"))


def _raise_line(line: str) -> str:
    plain = re.findall("[A-Za-z]", line)
    if len(plain) >= 2 and all(letter.isupper() for letter in plain) and len(line.split()) > 1:
        return line.upper()
    return re.sub(r"[^\W\d_]+", lambda match: _raise_word(match.group()), line)


def _raise_word(word: str) -> str:
    plain = re.findall("[A-Za-z]", word)
    return word.upper() if len(plain) >= 2 and all(letter.isupper() for letter in plain) else word


# ---- which words are Vietnamese

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_NUCLEUS = (
    "(?:iêu|yêu|oai|oay|oeo|uây|uôi|ươi|ươu|uyê|uya|uyu|uêu|oao|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|"
    "uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|[aăâeêioôơuưy])"
)
_CODA = "(?:ch|ng|nh|[cmnpt])?"
_SYLLABLE = re.compile(_ONSET + _NUCLEUS + _CODA + r"\Z")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")


def is_syllable(word: str) -> bool:
    """Whether a word (NFC) can be a Vietnamese syllable: onset, vowels, coda, and one tone at most."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    toneless, tones = _TONES.subn("", decomposed)
    return tones <= 1 and _SYLLABLE.match(unicodedata.normalize("NFC", toneless)) is not None


def share_of_syllables(text: str) -> tuple[float, int]:
    """Of the words with a letter outside ASCII: the share that is Vietnamese, and their number."""
    words = [word for word in _WORD.findall(text[:40_000]) if not word.isascii()]
    if not words:
        return 0.0, 0
    return sum(map(is_syllable, words)) / len(words), len(words)


def settle(text: str) -> tuple[str, str | None]:
    """Convert text whose letters are TCVN3 or VNI dressed as Windows-1252; else give it back unchanged.

    Returns the text and the name of the old encoding ("TCVN3", "VNI") or None.
    """
    share, count = share_of_syllables(text)
    touched = sum(1 for char in text[:40_000] if "\xa1" <= char <= "\xff")
    if touched < 3 or (count and share >= 0.7):
        return text, None
    best, name = share, None
    for encoding, convert in (("TCVN3", from_tcvn3), ("VNI", from_vni)):
        candidate, found = share_of_syllables(unicodedata.normalize("NFC", convert(text[:40_000])))
        if found >= 2 and candidate > max(best, 0.6):
            best, name = candidate, encoding
    if name is None:
        return text, None
    return unicodedata.normalize("NFC", from_tcvn3(text) if name == "TCVN3" else from_vni(text)), name
