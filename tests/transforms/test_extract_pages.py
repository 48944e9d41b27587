"""The saved pages of every platform are read as their expected results say."""

import pytest

from tests.pages.saved import GENERIC, SavedPage, all_pages
from transforms.extract.platforms import PLATFORMS

PAGES = all_pages()
# Its articles are entries of a feed, which are read by their own form instead of a platform's rules.
FEED_ENTRIES = "youtube"
# A page is there to show structure and traps; what is larger hides them.
MAX_BYTES = 15_000


def test_every_platform_has_a_page() -> None:
    assert {page.file.parent.name for page in PAGES} == {*PLATFORMS, GENERIC, FEED_ENTRIES}
    assert all(page.file.stat().st_size < MAX_BYTES for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_read_as_expected(page: SavedPage) -> None:
    assert page.expected is not None, f"no expected result: make page FILE={page.file}"
    assert page.read() == page.expected


def test_no_expected_result_without_its_page() -> None:
    folder = PAGES[0].file.parent.parent
    expected = set(folder.glob("*/*.json"))
    assert expected == {page.file.with_suffix(".json") for page in PAGES}
