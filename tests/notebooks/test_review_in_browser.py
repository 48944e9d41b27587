"""The review page in a real browser, as its officer sees it."""

import shutil
import subprocess

import matplotlib.image
import pytest
from lxml import html

from theodoi.steps.review import review

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.sample,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here (optional; see README)"),
]


@pytest.fixture(scope="module")
def page(sample):
    return review(sample.settings, "2024-06")


def browse(tmp_path, page, *options):
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_browser_shows_the_tables_of_the_month(page, tmp_path):
    shown = html.fromstring(browse(tmp_path, page, "--dump-dom"))
    text = shown.text_content()
    assert "2024" in text
    assert len(shown.findall(".//table")) >= 3
    for name in ("Báo Hải Dương", "UBND huyện Thanh Miện", "HĐND tỉnh Hải Dương"):
        assert name in text
    images = shown.findall(".//img")
    assert images
    assert all(i.get("src", "").startswith("data:") for i in images)


def test_the_page_is_not_blank_and_fits_a_screen_in_width(page, tmp_path):
    picture = tmp_path / "review.png"
    browse(tmp_path, page, f"--screenshot={picture}", "--window-size=1280,2400")
    pixels = matplotlib.image.imread(picture)[:, :, :3]
    assert pixels.shape[:2] == (2400, 1280)
    # Text and tables darken a readable share of a page; a blank or broken one stays white.
    assert 0.01 < (pixels.mean(axis=2) < 0.6).mean() < 0.5
