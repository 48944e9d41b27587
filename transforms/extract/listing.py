"""Telling section pages, home pages and search results from articles."""

from transforms.extract.page import Page
from transforms.extract.wording import folded

# A section page links a dozen pieces by their titles in its main column; an article a handful.
MANY_TITLES = 8
_TITLE_WORDS = range(5, 41)
_PARAGRAPH_WORDS = 12
# Under the headline of a section page comes the next headline, at most a line of description between them.
_OWN_WORDS = 40
# Boxes of adverts and notes between the headlines of a long section page grow with its length.
_TEASER_WORDS = 8
# No teaser is as long as a news item; a site that calls all its pages collections has articles too.
_ITEM_WORDS = 150


def count_title_links(page: Page) -> int:
    """Number of visible links outside the furniture that read like headlines."""
    lines = (b for b in page.blocks if b.is_mostly_linked and b.words in _TITLE_WORDS)
    return sum(not page.is_furniture(b.element) for b in lines)


def count_own_words(page: Page) -> int:
    """Words of the paragraphs between the headline and the first linked headline of another piece."""
    count = 0
    for block in page.after_anchor():
        if page.is_other_headline(block):
            break
        if block.words >= _PARAGRAPH_WORDS and not block.is_mostly_linked and not page.is_furniture(block.element):
            count += block.words
    return count


def longest_run(page: Page) -> int:
    """Words of the longest run of paragraphs that no linked headline interrupts."""
    best = run = 0
    for block in page.blocks:
        if block.is_mostly_linked and block.words in _TITLE_WORDS:
            run = 0
        elif block.words >= _PARAGRAPH_WORDS and not page.is_furniture(block.element):
            run += block.words
            best = max(best, run)
    return best


def presents_others(page: Page) -> bool:
    """Whether there are many linked headlines and no text under the page's own."""
    return count_title_links(page) >= MANY_TITLES and count_own_words(page) < _OWN_WORDS


def looks_like_listing(page: Page, title: str) -> bool:
    """Whether the page presents other pages rather than a text of its own."""
    claims = page.claims
    if (claims.is_article and claims.published) or not presents_others(page):
        return False
    run = longest_run(page)
    if run >= max(_ITEM_WORDS, _TEASER_WORDS * count_title_links(page)):
        return False
    words = folded(title)
    sections = {folded(name) for name in (*claims.breadcrumb[-1:], claims.section)}
    if claims.is_collection or not words or words in sections:
        return True
    # A teaser has one paragraph of some forty words between two headlines.
    return run < max(2 * _OWN_WORDS, _TEASER_WORDS * count_title_links(page))
