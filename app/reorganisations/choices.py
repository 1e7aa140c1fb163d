"""Which of the new agencies takes something over. Pure: rows in, answers out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.organisations.reorganisations import (
    ChoiceScope,
    Reorganisation,
    ReorganisationHeir,
    ReorganisationKind,
)
from app.planreader import fold


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one thing: an heir takes it, it ends, or (neither) nobody has chosen yet."""

    heir: ReorganisationHeir | None = None
    ends: bool = False

    @property
    def is_open(self) -> bool:
        return self.heir is None and not self.ends


class Choices:
    """Asked for one thing at a time; what was chosen for the thing itself goes before what holds for its plan."""

    def __init__(self, reorganisation: Reorganisation):
        self.heirs: Sequence[ReorganisationHeir] = reorganisation.heirs
        self._abolished = reorganisation.kind is ReorganisationKind.ABOLISH
        self._made = {(c.old_agency_id, c.scope, c.subject_id): c for c in reorganisation.choices}

    @property
    def needed(self) -> bool:
        """Whether there is anything to choose: several heirs, or ending beside going on."""
        return len(self.heirs) > 1 or (self._abolished and len(self.heirs) == 1)

    def of_plan(self, old_id: int, plan_id: int) -> Fate:
        return self._of(old_id, (ChoiceScope.PLAN, plan_id))

    def of_obligation(self, old_id: int, plan_id: int, obligation_id: int) -> Fate:
        return self._of(old_id, (ChoiceScope.OBLIGATION, obligation_id), (ChoiceScope.PLAN, plan_id))

    def of_person(self, old_id: int, user_id: int) -> Fate:
        return self._of(old_id, (ChoiceScope.PERSON, user_id))

    def own(self, old_id: int, scope: ChoiceScope, subject_id: int) -> Fate | None:
        """What was chosen for this very thing; None where it follows something else."""
        made = self._made.get((old_id, scope, subject_id))
        return None if made is None else Fate(made.heir, ends=made.heir_id is None)

    @property
    def default(self) -> Fate:
        """What becomes of whatever nothing was chosen for."""
        if not self.heirs:
            return Fate(ends=self._abolished)
        if len(self.heirs) == 1 and not self._abolished:
            return Fate(self.heirs[0])
        whole = [heir for heir in self.heirs if not heir.subject]
        return Fate(whole[0]) if len(whole) == 1 and len(self.heirs) > 1 else Fate()

    def _of(self, old_id: int, *keys: tuple[ChoiceScope, int]) -> Fate:
        for scope, subject_id in keys:
            if (fate := self.own(old_id, scope, subject_id)) is not None:
                return fate
        return self.default


def suggested(heirs: Sequence[ReorganisationHeir], text: str) -> ReorganisationHeir | None:
    """The heir whose subject the words speak of; None where none or several do.

    A subject may name several fields, with commas between them: «lao động, việc làm, người có công».
    """
    folded = fold(text)
    fitting = [
        heir
        for heir in heirs
        if any(field and field in folded for field in map(fold, re.split(r"[,;]", heir.subject)))
    ]
    return fitting[0] if len(fitting) == 1 else None
