"""Instants fall into the hours and days that the clocks of a place show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadslab.build.timebins import in_quarters, instant_of, time_bins, words
from stadslab.core.errors import InputError

ZONES = ["", "UTC", "Europe/Stockholm", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "+02:00"]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def bin_of(bins, second):
    slot = (second - bins.start) // bins.step
    return int(bins.slots[slot])


def on_the_clock(second, zone):
    if zone.startswith("+"):
        return datetime.fromtimestamp(second, UTC) + timedelta(hours=int(zone[1:3]))
    return datetime.fromtimestamp(second, ZoneInfo(zone or "UTC"))


@settings(max_examples=40)
@given(st.integers(at("1985-01-01"), at("2030-01-01")), st.integers(1, 500_000), st.sampled_from(ZONES), st.data())
def test_every_second_is_in_the_bin_the_standard_library_says(first, length, zone, data):
    second = first + data.draw(st.integers(0, length - 1))
    clock = on_the_clock(second, zone)
    expected = {
        "hour_of_day": clock.hour,
        "day_of_week": clock.isoweekday(),
        "hour_of_week": (clock.isoweekday() - 1) * 24 + clock.hour,
        "day": clock.date(),
        "month": f"{clock:%Y-%m}",
        "unit": "",
    }
    for by, label in expected.items():
        bins = time_bins(by, first, first + length, zone)
        assert bins.labels[bin_of(bins, second)].as_py() == label
    hours = time_bins("hour", first, first + length, zone)
    beginning = second - clock.minute * 60 - clock.second
    assert int(hours.labels[bin_of(hours, second)].value) == beginning
    assert (hours.slots >= 0).all()


def test_the_hour_that_is_lived_twice_is_two_hours():
    day = instant_of("since", "2026-10-25", "Europe/Stockholm")
    bins = time_bins("hour", day, day + 25 * 3600, "Europe/Stockholm")
    assert len(bins) == 25
    assert words(bins.labels)[1:5] == ["2026-10-25 01:00", "2026-10-25 02:00", "2026-10-25 02:00", "2026-10-25 03:00"]
    assert len(time_bins("day", day, day + 25 * 3600, "Europe/Stockholm")) == 1
    assert len(time_bins("hour_of_day", day, day + 25 * 3600, "Europe/Stockholm")) == 24


def test_clocks_that_change_within_a_quarter_of_an_hour():
    """In Newfoundland they were changed at one minute past midnight."""
    midnight = instant_of("since", "2010-11-07T00:00", "-02:30")
    bins = time_bins("hour_of_day", midnight - 3600, midnight + 3600, "America/St_Johns")
    seconds = (midnight, midnight + 59, midnight + 60, midnight + 3599)
    assert [bins.labels[bin_of(bins, second)].as_py() for second in seconds] == [0, 0, 23, 23]


def test_times_as_they_are_written():
    bins = time_bins("hour", at("2026-03-01T10:07"), at("2026-03-01T11:01"))
    assert words(bins.labels) == ["2026-03-01 10:00", "2026-03-01 11:00"]
    assert bins.labels.type.tz is None


def test_a_zone_whose_offset_was_no_quarter_of_an_hour():
    bins = time_bins("hour", at("1930-06-01"), at("1930-06-02"), "Europe/Amsterdam")
    clock = on_the_clock(at("1930-06-01T05:13"), "Europe/Amsterdam")
    assert int(bins.labels[bin_of(bins, at("1930-06-01T05:13"))].value) % 3600 != 0
    assert clock.utcoffset() == timedelta(hours=1, minutes=19, seconds=32)


def test_a_span_in_whole_quarters():
    assert in_quarters((901, 1799)) == in_quarters((900, 1800)) == (900, 1800)


def test_no_time_at_all():
    bins = time_bins("hour", 0, 0)
    assert len(bins) == 0
    assert bins.slots.dtype == np.int32


def test_dates_and_times_as_people_write_them():
    assert instant_of("since", "2026-03-01") == at("2026-03-01")
    assert instant_of("since", "2026-03-01T06:30", "Europe/Stockholm") == at("2026-03-01T05:30")
    assert instant_of("since", "2026-03-01T06:30+02:00", "Europe/Stockholm") == at("2026-03-01T04:30")


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-03-01T00:00:00.5", "", "2026-03-29T02:30"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InputError, match="is no time in Europe/Stockholm"):
        instant_of("since", text, "Europe/Stockholm")


def test_unknown_zones_and_endless_times_are_refused():
    with pytest.raises(InputError, match="'Mars/Olympus' is not known"):
        time_bins("hour", 0, 3600, "Mars/Olympus")
    with pytest.raises(InputError, match="too long to be cut"):
        time_bins("day", 0, 2**40)
    with pytest.raises(InputError, match="'minute' is no way to cut time"):
        time_bins("minute", 0, 3600)
