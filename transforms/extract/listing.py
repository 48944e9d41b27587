"""Telling section pages, home pages and search results from articles."""

from transforms.extract.page import Page
from transforms.extract.wording import folded

# A section page links a dozen pieces by their titles in its main column; an article a handful.
MANY_TITLES = 8
_TITLE_WORDS = range(5, 41)
_PARAGRAPH_WORDS = 12


def count_title_links(page: Page) -> int:
    """Number of visible links outside the furniture that read like headlines."""
    return sum(b.is_linked and b.words in _TITLE_WORDS and not page.is_furniture(b.element) for b in page.blocks)


def longest_run(page: Page) -> int:
    """Words of the longest run of paragraphs that no linked headline interrupts."""
    best = run = 0
    for block in page.blocks:
        if block.is_linked and block.words in _TITLE_WORDS:
            run = 0
        elif block.words >= _PARAGRAPH_WORDS and not page.is_furniture(block.element):
            run += block.words
            best = max(best, run)
    return best


def looks_like_listing(page: Page, title: str) -> bool:
    """Whether the page presents other pages rather than a text of its own."""
    claims = page.claims
    if claims.is_article and claims.published:
        return False
    links = count_title_links(page)
    words = folded(title)
    names_section = bool(words) and words in {folded(n) for n in (*claims.breadcrumb[-1:], claims.section)}
    if links >= MANY_TITLES and (claims.is_collection or names_section or not title):
        return True
    # A teaser has one paragraph of some forty words between two headlines.
    return links >= MANY_TITLES and longest_run(page) < max(80, 8 * links)
