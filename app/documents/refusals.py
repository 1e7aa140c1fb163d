"""The one way in which this library says no."""

from __future__ import annotations

from app.documents import wording


class DocumentRefused(Exception):
    """A document that is not read, with a reason for people.

    code: one of the keys of `wording.REFUSALS` (wrong_type, empty, encrypted, damaged, too_big, zip_bomb,
        too_many_pages, too_deep, too_heavy, timeout, no_text_layer, ocr_missing, office_missing,
        unreadable_scan, gave_up, classified).
    params: the values that the sentence of this code names.

    "classified" (Mật, Tối mật, Tuyệt mật) is never raised here: whoever takes a document in asks the plan
    reader for a marking and raises it, so that nothing of such a document is stored. "gave_up" is for a caller who
    tried several times.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)
        wording.sentence(
            wording.REFUSALS, code, params, "vi"
        )  # an unknown code or a missing value fails here

    def message(self, lang: str = "vi") -> str:
        """The reason and what to do about it; `lang` is "vi" or "en"."""
        return wording.sentence(wording.REFUSALS, self.code, self.params, lang)

    def __str__(self) -> str:
        return self.message("en")
