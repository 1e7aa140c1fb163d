"""Pages of a list whose rows and number are known already, for the pager of `_macros/ui.html`."""

from __future__ import annotations

from typing import Any

from flask_sqlalchemy.pagination import Pagination


class Pages(Pagination):
    """One page of a list. `more`: it was not counted to its end and has at least `total` rows."""

    def __init__(self, items: list[Any], total: int, number: int, per_page: int, *, more: bool = False):
        self._given, self._total, self.more = items, total, more
        super().__init__(page=number, per_page=per_page, max_per_page=per_page, error_out=False)

    def _query_items(self) -> list[Any]:
        return self._given

    def _query_count(self) -> int:
        return self._total
