"""Real days from real calendars: what a rule comes to, worked out by hand from the decreed days off."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.deadlines import DueRule, WorkCalendar, resolve

CALENDAR = WorkCalendar()

# rule and year | last day that keeps it | late after | reminders count towards | why ("=": the second column)
TABLE = """
# plain weeks and weekends
before 15/6 2022         | Tue 14/06/2022 | =              | =              | a Tuesday
before 15/6 2025         | Sat 14/06/2025 | Mon 16/06/2025 | Fri 13/06/2025 | a Saturday
before 15/6 2026         | Sun 14/06/2026 | Mon 15/06/2026 | Fri 12/06/2026 | a Sunday
before 15/11 2022        | Mon 14/11/2022 | =              | =              | a Monday
before 15/11 2026        | Sat 14/11/2026 | Mon 16/11/2026 | Fri 13/11/2026 | a Saturday
before 10/12 2022        | Fri 09/12/2022 | =              | =              | a Friday
before 10/12 2023        | Sat 09/12/2023 | Mon 11/12/2023 | Fri 08/12/2023 | a Saturday
before 10/12 2028        | Sat 09/12/2028 | Mon 11/12/2028 | Fri 08/12/2028 | a Saturday
on 15/5 2021             | Sat 15/05/2021 | Mon 17/05/2021 | Fri 14/05/2021 | a Saturday
on 15/12 2021            | Wed 15/12/2021 | =              | =              | a Wednesday
before 25/1 2026         | Sat 24/01/2026 | Mon 26/01/2026 | Fri 23/01/2026 | a Saturday
before 25/4 2026         | Fri 24/04/2026 | =              | =              | a Friday
before 15/9 2025         | Sun 14/09/2025 | Mon 15/09/2025 | Fri 12/09/2025 | a Sunday
before 15/9 2030         | Sat 14/09/2030 | Mon 16/09/2030 | Fri 13/09/2030 | a Saturday
# New Year, and years that end on days off
by 1/1 2022              | Sat 01/01/2022 | Tue 04/01/2022 | Fri 31/12/2021 | Saturday, in lieu on Monday
by 2/1 2026              | Fri 02/01/2026 | Mon 05/01/2026 | Wed 31/12/2025 | swapped Friday after New Year
by 10/1 2026             | Sat 10/01/2026 | =              | =              | a Saturday worked
by 5/1 2019              | Sat 05/01/2019 | =              | =              | a Saturday worked for 31/12/2018
before 1/1 2027          | Thu 31/12/2026 | =              | =              | the year before
in year 2021             | Fri 31/12/2021 | =              | =              | a Friday
by year 2027             | Fri 31/12/2027 | =              | =              | a Friday
in year 2028             | Sun 31/12/2028 | Tue 02/01/2029 | Fri 29/12/2028 | Sunday, then New Year
before year 2026         | Wed 31/12/2025 | =              | =              | before a year
# Tết
by 1/2 2017              | Wed 01/02/2017 | Thu 02/02/2017 | Wed 25/01/2017 | last day of Tết
before 20/2 2018         | Mon 19/02/2018 | Wed 21/02/2018 | Tue 13/02/2018 | Mùng bốn
on 6/2 2019              | Wed 06/02/2019 | Mon 11/02/2019 | Fri 01/02/2019 | Mùng hai, then a weekend
on 28/1 2020             | Tue 28/01/2020 | Thu 30/01/2020 | Wed 22/01/2020 | Mùng bốn
by 15/2 2021             | Mon 15/02/2021 | Wed 17/02/2021 | Tue 09/02/2021 | Mùng bốn
in month 1 2018          | Wed 31/01/2018 | =              | =              | a Wednesday
in month 1 2020          | Fri 31/01/2020 | =              | =              | the Friday after Tết
in month 1 2022          | Mon 31/01/2022 | Mon 07/02/2022 | Fri 28/01/2022 | Giao thừa
in month 1 2025          | Fri 31/01/2025 | Mon 03/02/2025 | Fri 24/01/2025 | Mùng ba
on 22/1 2023             | Sun 22/01/2023 | Fri 27/01/2023 | Thu 19/01/2023 | Mùng một on a Sunday
on 14/2 2024             | Wed 14/02/2024 | Thu 15/02/2024 | Wed 07/02/2024 | Mùng năm
on 29/1 2025             | Wed 29/01/2025 | Mon 03/02/2025 | Fri 24/01/2025 | Mùng một
before 15/2 2026         | Sat 14/02/2026 | Mon 23/02/2026 | Fri 13/02/2026 | nine days off
by 20/2 2026             | Fri 20/02/2026 | Mon 23/02/2026 | Fri 13/02/2026 | Mùng bốn
by 23/2 2026             | Mon 23/02/2026 | =              | =              | first day of work
# Giỗ Tổ (10/3 lunar)
by 25/4 2018             | Wed 25/04/2018 | Thu 26/04/2018 | Tue 24/04/2018 | a Wednesday
by 14/4 2019             | Sun 14/04/2019 | Tue 16/04/2019 | Fri 12/04/2019 | Sunday, in lieu on Monday
by 10/4 2022             | Sun 10/04/2022 | Tue 12/04/2022 | Fri 08/04/2022 | Sunday, in lieu on Monday
by 7/4 2025              | Mon 07/04/2025 | Tue 08/04/2025 | Fri 04/04/2025 | a Monday
by 26/4 2026             | Sun 26/04/2026 | Tue 28/04/2026 | Fri 24/04/2026 | Sunday, in lieu on Monday
# 30/4 and 01/5
by 30/4 2018             | Mon 30/04/2018 | Wed 02/05/2018 | Fri 27/04/2018 | Monday and Tuesday off
by 29/4 2019             | Mon 29/04/2019 | Thu 02/05/2019 | Fri 26/04/2019 | swapped Monday
by 4/5 2019              | Sat 04/05/2019 | =              | =              | a Saturday worked
by 5/5 2019              | Sun 05/05/2019 | Mon 06/05/2019 | Sat 04/05/2019 | the Sunday after it
by 30/4 2021             | Fri 30/04/2021 | Tue 04/05/2021 | Thu 29/04/2021 | 01/5 on a Saturday
by 30/4 2022             | Sat 30/04/2022 | Wed 04/05/2022 | Fri 29/04/2022 | both on a weekend
before 1/5 2023          | Sun 30/04/2023 | Thu 04/05/2023 | Fri 28/04/2023 | with Giỗ Tổ on Saturday
by 29/4 2024             | Mon 29/04/2024 | Thu 02/05/2024 | Fri 26/04/2024 | swapped Monday
by 4/5 2024              | Sat 04/05/2024 | =              | =              | a Saturday worked
by 26/4 2025             | Sat 26/04/2025 | =              | =              | a Saturday worked
by 27/4 2025             | Sun 27/04/2025 | Mon 28/04/2025 | Sat 26/04/2025 | the Sunday after it
by 30/4 2025             | Wed 30/04/2025 | Mon 05/05/2025 | Tue 29/04/2025 | swapped Friday 02/5
in month 4 2026          | Thu 30/04/2026 | Mon 04/05/2026 | Wed 29/04/2026 | Thursday and Friday off
by 1/5 2027              | Sat 01/05/2027 | Tue 04/05/2027 | Thu 29/04/2027 | Saturday, in lieu on Monday
# 02/9
by 2/9 2017              | Sat 02/09/2017 | Tue 05/09/2017 | Fri 01/09/2017 | Saturday, in lieu on Monday
by 2/9 2020              | Wed 02/09/2020 | Thu 03/09/2020 | Tue 01/09/2020 | one day only, by the code of 2012
by 3/9 2020              | Thu 03/09/2020 | =              | =              | still worked in 2020
by 3/9 2021              | Fri 03/09/2021 | Mon 06/09/2021 | Wed 01/09/2021 | the second day, by the code of 2019
by 1/9 2022              | Thu 01/09/2022 | Mon 05/09/2022 | Wed 31/08/2022 | the day before
by 1/9 2023              | Fri 01/09/2023 | Tue 05/09/2023 | Thu 31/08/2023 | in lieu on Monday
before 3/9 2024          | Mon 02/09/2024 | Wed 04/09/2024 | Fri 30/08/2024 | Monday and Tuesday off
by 1/9 2025              | Mon 01/09/2025 | Wed 03/09/2025 | Fri 29/08/2025 | Monday and Tuesday off
by 31/8 2026             | Mon 31/08/2026 | Thu 03/09/2026 | Fri 28/08/2026 | swapped Monday
by 22/8 2026             | Sat 22/08/2026 | =              | =              | a Saturday worked
by 23/8 2026             | Sun 23/08/2026 | Mon 24/08/2026 | Sat 22/08/2026 | the Sunday after it
# 24/11, a day off from 2026
by 24/11 2025            | Mon 24/11/2025 | =              | =              | not yet a day off
by 24/11 2026            | Tue 24/11/2026 | Wed 25/11/2026 | Mon 23/11/2026 | the first one
by 24/11 2029            | Sat 24/11/2029 | Tue 27/11/2029 | Fri 23/11/2029 | Saturday, in lieu on Monday
# 29/02 and days that a month does not have
on 29/2 2024             | Thu 29/02/2024 | =              | =              | a leap year
on 29/2 2023             | Tue 28/02/2023 | =              | =              | no such day: the month's last
before 29/2 2023         | Tue 28/02/2023 | =              | =              | 28/2 lies before 29/2
before 29/2 2024         | Wed 28/02/2024 | =              | =              | the day before
before 30/2 2024         | Thu 29/02/2024 | =              | =              | 29/2 lies before 30/2
by 31/6 2027             | Wed 30/06/2027 | =              | =              | June has 30 days
before 31/11 2026        | Mon 30/11/2026 | =              | =              | November has 30 days
before 1/3 2026          | Sat 28/02/2026 | Mon 02/03/2026 | Fri 27/02/2026 | Saturday 28/02
before 1/3 2028          | Tue 29/02/2028 | =              | =              | a leap year
in month 2 2026          | Sat 28/02/2026 | Mon 02/03/2026 | Fri 27/02/2026 | Saturday 28/02
in month 2 2028          | Tue 29/02/2028 | =              | =              | a leap year
# quarters
in quarter 1 2024        | Sun 31/03/2024 | Mon 01/04/2024 | Fri 29/03/2024 | a Sunday
in quarter 2 2024        | Sun 30/06/2024 | Mon 01/07/2024 | Fri 28/06/2024 | a Sunday
in quarter 3 2023        | Sat 30/09/2023 | Mon 02/10/2023 | Fri 29/09/2023 | a Saturday
by quarter 1 2026        | Tue 31/03/2026 | =              | =              | a Tuesday
in quarter 4 2018        | Mon 31/12/2018 | Wed 02/01/2019 | Fri 28/12/2018 | swapped Monday, then New Year
in quarter 4 2022        | Sat 31/12/2022 | Tue 03/01/2023 | Fri 30/12/2022 | Saturday, then New Year in lieu
in quarter 4 2025        | Wed 31/12/2025 | =              | =              | a Wednesday
before quarter 3 2026    | Tue 30/06/2026 | =              | =              | before a quarter
before 20 of quarter 2 2026 | Fri 19/06/2026 | =              | =              | day 20 of its last month
before 20 of quarter 3 2026 | Sat 19/09/2026 | Mon 21/09/2026 | Fri 18/09/2026 | a Saturday
before month 6 2026      | Sun 31/05/2026 | Mon 01/06/2026 | Fri 29/05/2026 | before a month, a Sunday
"""

CASES = [line for line in TABLE.splitlines() if line and not line.startswith("#")]
_RULE = re.compile(
    r"(?P<qualifier>\w+) (?:(?P<day>\d+)(?:/| of )?)?(?:(?:month )?(?P<month>\d+)|quarter (?P<quarter>\d)|year)"
    r" (?P<year>\d{4})"
)


def _rule(text: str) -> tuple[DueRule, int]:
    found = _RULE.fullmatch(text)
    assert found is not None, text
    day, month, quarter = (int(found[part]) if found[part] else None for part in ("day", "month", "quarter"))
    return DueRule(day, month, quarter, int(found["year"]), found["qualifier"]), int(found["year"])


def _day(text: str) -> date:
    weekday, day_month_year = text.split()
    day, month, year = map(int, day_month_year.split("/"))
    found = date(year, month, day)
    assert f"{found:%a}" == weekday, f"{text}: the day is a {found:%A}"
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"\W+", "_", case.partition("|")[0].strip()))
def test_a_rule_comes_to_the_day_that_the_calendar_on_the_wall_says(case: str) -> None:
    text, *columns, _why = (column.strip() for column in case.split("|"))
    compliant_on, due_on, remind_on = (_day(columns[0] if column == "=" else column) for column in columns)
    rule, year = _rule(text)
    due = resolve(rule, year, CALENDAR)
    assert (due.compliant_on, due.due_on, due.remind_on) == (compliant_on, due_on, remind_on)
    yearly = (
        DueRule(rule.day, rule.month, rule.quarter, None, rule.qualifier)
        if rule.month or rule.quarter
        else rule
    )
    assert resolve(yearly, year, CALENDAR).due_on == due_on


def test_there_are_at_least_sixty_real_cases_and_no_two_are_the_same() -> None:
    assert len({case.partition("|")[0].strip() for case in CASES}) == len(CASES) >= 60
