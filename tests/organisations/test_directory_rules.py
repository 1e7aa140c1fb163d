"""Names, groups, successors: what the directory answers on a day."""

from __future__ import annotations

from datetime import date

import pytest

from app.audit.queries import entries_about
from app.errors import Refused, Stale
from app.extensions import db
from app.organisations import operations, queries, rules
from app.organisations.models import Agency, AgencyKind, AgencyLevel
from tests.cast import TODAY
from tests.conftest import both_engines


def names(agencies):
    return [agency.name for agency in agencies]


def test_an_agency_is_found_by_name_and_by_alias_without_diacritics(cast):
    assert queries.agency_by_name("sở nông nghiệp và môi trường", TODAY) is cast.standing
    assert queries.agency_by_name("So NN & MT", TODAY) is cast.standing


def test_a_merged_agency_is_found_only_on_the_days_it_existed(cast):
    assert queries.agency_by_name("Sở KH&ĐT", date(2025, 2, 28)) is cast.planning
    assert queries.agency_by_name("Sở KH&ĐT", date(2025, 3, 1)) is None


def test_two_agencies_of_one_name_are_not_guessed_between(cast, now):
    for parent in cast.communes[:2]:
        operations.add_agency(
            "Phòng Kinh tế", AgencyKind.DEPARTMENT, AgencyLevel.COMMUNE, parent=parent, actor=cast.ha, now=now
        )
    assert queries.agency_by_name("Phòng Kinh tế", TODAY) is None


def test_a_group_means_its_members_as_of_the_day(cast, now):
    group, late_comer = cast.communes_group, cast.construction
    operations.add_member(group, late_comer, valid_from=date(2026, 1, 1), actor=cast.ha, now=now)
    leaver = next(m for m in group.members if m.agency is cast.communes[2])
    operations.end_membership(leaver, date(2026, 6, 30), actor=cast.ha, now=now)
    assert queries.members_of(group, date(2025, 12, 31)) == cast.communes
    assert queries.members_of(group, date(2026, 6, 30)) == [late_comer, *cast.communes]
    assert queries.members_of(group, date(2026, 7, 1)) == [late_comer, *cast.communes[:2]]


def test_an_agency_that_exists_answers_for_itself(cast):
    assert queries.successor_of(cast.finance, TODAY) is cast.finance
    assert queries.successor_of(cast.planning, date(2025, 2, 28)) is cast.planning


def test_a_merged_agency_answers_through_its_successor_and_on(cast, now):
    assert queries.successor_of(cast.planning, date(2025, 3, 1)) is cast.finance
    operations.record_succession(
        cast.finance, cast.construction, effective_on=date(2026, 7, 1), decision="9/NQ-HĐND",
        actor=cast.ha, now=now,
    )  # fmt: skip
    assert cast.finance.valid_to == date(2026, 6, 30)
    assert queries.successor_of(cast.planning, date(2026, 7, 1)) is cast.construction


def test_a_split_agency_needs_a_subject_to_choose_its_successor(cast, now):
    old = operations.add_agency(
        "Sở Lao động", AgencyKind.DEPARTMENT, AgencyLevel.PROVINCE, actor=cast.ha, now=now
    )
    for new, subject in [(cast.home_affairs, "lao động, việc làm"), (cast.standing, "giảm nghèo")]:
        operations.record_succession(
            old, new, effective_on=date(2025, 3, 1), decision="1/NQ", subject=subject, actor=cast.ha, now=now
        )
    assert queries.successor_of(old, TODAY, "Giảm nghèo") is cast.standing
    assert queries.successor_of(old, TODAY) is None


def test_a_succession_cannot_run_in_a_circle(cast, now):
    with pytest.raises(Refused, match="chiều kế thừa"):
        operations.record_succession(
            cast.finance, cast.planning, effective_on=date(2026, 1, 1), decision="x", actor=cast.ha, now=now
        )


@both_engines
@pytest.mark.parametrize("q", ["nong nghiep", "moi truong nong", "SNNMT", "snn", "so nn va mt", "Sở NN"])
def test_search_ignores_diacritics_and_knows_other_spellings(cast, q):
    assert names(db.session.scalars(queries.find_agencies(q))) == [cast.standing.name]


def test_an_alias_of_another_agency_is_refused_with_its_owner(cast, now):
    with pytest.raises(Refused, match="Sở Nông nghiệp và Môi trường"):
        operations.add_alias(cast.health, "sở nn và mt", actor=cast.ha, now=now)
    with pytest.raises(Refused, match="Sở Tài chính"):
        operations.add_alias(cast.communes_group, "So Tai chinh", actor=cast.ha, now=now)


def test_adding_and_removing_an_alias_is_audited(cast, now):
    alias = operations.add_alias(cast.health, "  Sở   YT ", actor=cast.ha, now=now)
    assert (alias.spelling, alias.key) == ("Sở YT", "so yt")
    operations.remove_alias(alias, actor=cast.ha, now=now)
    db.session.flush()
    assert {e.act for e in entries_about("agency_alias", alias.id)} == {"alias.added", "alias.removed"}
    assert queries.agency_by_name("Sở YT", TODAY) is None


def test_a_bank_is_requested_unless_said_otherwise(cast, now):
    def make(name, **facts):
        return operations.add_agency(
            name, AgencyKind.BANK, AgencyLevel.PROVINCE, actor=cast.ha, now=now, **facts
        )

    assert make("Ngân hàng A").commanded is False
    assert make("Ngân hàng B", commanded=True).commanded is True


def test_the_same_name_under_the_same_parent_is_refused(cast, now):
    with pytest.raises(Refused, match="Đã có"):
        operations.add_agency(
            "SỞ Y TẾ",
            AgencyKind.DEPARTMENT,
            AgencyLevel.PROVINCE,
            parent=cast.province,
            actor=cast.ha,
            now=now,
        )


def test_a_change_keeps_before_and_after(cast, now):
    seen = rules.fingerprint(cast.health)
    assert operations.change_agency(cast.health, {"short_name": "Y tế"}, seen=seen, actor=cast.ha, now=now)
    entry = entries_about("agency", cast.health.id)[0]
    assert (entry.before, entry.after) == ({"short_name": None}, {"short_name": "Y tế"})


def test_a_page_made_before_somebody_else_s_change_is_stale(cast, now):
    seen = rules.fingerprint(cast.health)
    cast.health.symbol_code = "SYT2"
    with pytest.raises(Stale):
        operations.change_agency(cast.health, {"name": "Sở Sức khỏe"}, seen=seen, actor=cast.ha, now=now)
    assert cast.health.name == "Sở Y tế"


def test_parents_cannot_form_a_circle(cast, now):
    seen = rules.fingerprint(cast.province)
    with pytest.raises(Refused, match="trực thuộc"):
        operations.change_agency(cast.province, {"parent": cast.health}, seen=seen, actor=cast.ha, now=now)


def test_an_agency_cannot_end_before_it_begins(cast, now):
    with pytest.raises(Refused, match="sớm hơn"):
        operations.add_agency(
            "Sở Du lịch", AgencyKind.DEPARTMENT, AgencyLevel.PROVINCE, actor=cast.ha, now=now,
            valid_from=date(2026, 5, 1), valid_to=date(2026, 4, 1),
        )  # fmt: skip
    db.session.rollback()
    assert db.session.query(Agency).filter_by(name="Sở Du lịch").count() == 0
