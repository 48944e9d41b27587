"""The archive of the benchmark is what it says: its copies are known, and it is the same each time."""

from collections import Counter
from datetime import timedelta

from benchmarks.copying.archive import DAYS, FIRST_DAY, KINDS, archive, next_day
from transforms.copies import shingles
from transforms.likeness.pairs import WINDOW


def test_a_twentieth_are_reprints_by_others_within_the_window():
    made = archive(1000)
    assert [m.number for m in made] == list(range(1000))
    reprints = [m for m in made if m.kind]
    assert len(reprints) == 50
    assert Counter(m.kind for m in reprints) == dict.fromkeys(KINDS, 5)
    for reprint in reprints:
        origin = made[reprint.origin]
        assert not origin.kind
        assert origin.agency != reprint.agency
        assert timedelta(0) < reprint.at - origin.at < WINDOW


def test_the_next_day_copies_from_the_days_before():
    made = archive(1000)
    day = next_day(made, 100)
    assert [m.number for m in day] == list(range(1000, 1100))
    assert {(m.at - FIRST_DAY).days for m in day} == {DAYS}
    assert any(m.kind for m in day)
    assert all(timedelta(0) < m.at - made[m.origin].at < WINDOW for m in day if m.kind)


def test_texts_are_the_same_each_time_and_share_set_phrases():
    made = archive(200)
    texts = [m.written()[1] for m in made]
    assert texts == [m.written()[1] for m in archive(200)]
    counts = Counter(h for text in texts for h in shingles(text).tolist())
    often = sum(n for n in counts.values() if n > 5) / counts.total()
    assert 0.01 < often < 0.3
