"""The lunar calendar worked out from the sky, to hold the library's table against something of its own.

New moons and the sun's longitude after Jean Meeus, "Astronomical Algorithms", chapters 25 and 49, cut to the
terms that matter to a minute or so. A month begins on the day of the new moon in Vietnam (UTC+7); the month
with the winter solstice is the eleventh; where thirteen months lie between two of them, the first one in
which the sun enters no new sign is the leap month.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import floor, radians, sin

_NEW_MOON_2000 = 2451550.09766
_MONTH = 29.530588861
_UTC_PLUS_7 = 7 / 24
_DYNAMICAL_TIME = 70 / 86400


def _new_moon(k: int) -> float:
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k)
    moon = radians(201.5643 + 385.81693528 * k)
    latitude = radians(160.7108 + 390.67050284 * k)
    node = radians(124.7746 - 1.56375588 * k)
    e = 1 - 0.002516 * t
    return (
        _NEW_MOON_2000
        + _MONTH * k
        + 0.00015437 * t * t
        - 0.40720 * sin(moon)
        + 0.17241 * e * sin(sun)
        + 0.01608 * sin(2 * moon)
        + 0.01039 * sin(2 * latitude)
        + 0.00739 * e * sin(moon - sun)
        - 0.00514 * e * sin(moon + sun)
        + 0.00208 * e * e * sin(2 * sun)
        - 0.00111 * sin(moon - 2 * latitude)
        - 0.00057 * sin(moon + 2 * latitude)
        + 0.00056 * e * sin(2 * moon + sun)
        - 0.00042 * sin(3 * moon)
        + 0.00042 * e * sin(sun + 2 * latitude)
        + 0.00038 * e * sin(sun - 2 * latitude)
        - 0.00024 * e * sin(2 * moon - sun)
        - 0.00017 * sin(node)
        + 0.000325 * sin(radians(299.77 + 0.107408 * k))
    )


def _sign_of_the_sun(julian_midnight: float) -> int:
    """The twelfth of the ecliptic, 0 to 11, in which the sun stands."""
    t = (julian_midnight - 2451545.0) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    )
    apparent = 280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))
    return floor(apparent % 360 / 30)


def _day_of(julian: float) -> date:
    return date(2000, 1, 1) + timedelta(days=floor(julian + _UTC_PLUS_7 - _DYNAMICAL_TIME + 0.5) - 2451545)


def _sign_on(day: date) -> int:
    """At the midnight with which the day begins in Vietnam."""
    return _sign_of_the_sun(2451544.5 + (day - date(2000, 1, 1)).days - _UTC_PLUS_7)


def _month_starts(year: int) -> list[date]:
    """First days of the lunar months from the autumn before this year to the spring after it."""
    k = floor((year - 2000) * 12.3685) - 4
    return [_day_of(_new_moon(number)) for number in range(k, k + 20)]


def _eleventh_month(starts: list[date], year: int) -> int:
    """The index of the month of this year with the solstice of December."""
    solstice = next(
        day
        for n in range(15)
        if _sign_on((day := date(year, 12, 15) + timedelta(days=n)) + timedelta(days=1)) == 9
    )
    return max(index for index, start in enumerate(starts) if start <= solstice)


def lunar(year: int, month: int, day: int) -> date:
    """The day of our calendar for a day of the first ten lunar months of this year."""
    starts = _month_starts(year)
    eleventh, next_eleventh = _eleventh_month(starts, year - 1), _eleventh_month(starts, year)
    months = starts[eleventh : next_eleventh + 1]
    if len(months) == 14:
        leap = next(index for index in range(1, 13) if _sign_on(months[index]) == _sign_on(months[index + 1]))
        del months[leap]
    return months[month + 1] + timedelta(days=day - 1)
