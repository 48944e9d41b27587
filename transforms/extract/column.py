"""The column of a page that holds its text, found by where the paragraphs stand.

A second opinion for pages where the general extractor stops early: behind an advert, an embedded post, a box.
"""

from itertools import islice

from lxml.html import HtmlElement

from transforms.extract.page import Page

# Shorter lines are headings, captions and names; they follow the column, they do not make it.
_PARAGRAPH_WORDS = 12
# Less text than this is a teaser, a note on cookies, an appeal to subscribe.
_LEAST_WORDS = 100
# How much a paragraph says for the element that holds it, for the one around that, and so on.
_WEIGHTS = (1.0, 0.5, 0.33)


def find_column(page: Page) -> HtmlElement | None:
    """The element that holds most of the prose after the headline most closely; None where there is little."""
    scores: dict[HtmlElement, float] = {}
    for block in page.after_anchor():
        # The next piece of a page that goes on for ever.
        if block.element.tag == "h1" and scores and page.anchor and block.text != page.anchor.text:
            break
        if block.words < _PARAGRAPH_WORDS or block.is_mostly_linked or page.is_furniture(block.element):
            continue
        # Lines that are parted by breaks stand in the column itself.
        around = list(islice(block.element.iterancestors(), len(_WEIGHTS)))
        holders = around if block.element.tag == "p" else [block.element, *around]
        for weight, holder in zip(_WEIGHTS, holders, strict=False):
            scores[holder] = scores.get(holder, 0.0) + weight * block.words
    best = max(scores, key=lambda holder: scores[holder], default=None)
    return best if best is not None and scores[best] >= _LEAST_WORDS else None
