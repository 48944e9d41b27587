"""Reading only a part of a page gives the same lines as reading all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.saved import SavedPage, all_pages
from tests.transforms.test_extract_hostile import mutated
from transforms.article import NotAnArticleError
from transforms.extract.blocks import BLOCK_TAGS
from transforms.extract.page import Page
from transforms.extract.platforms import PLATFORMS

PAGES = [page for page in all_pages() if page.file.suffix == ".html"]


@pytest.mark.parametrize("saved", PAGES, ids=lambda page: page.name)
def test_lines_around_every_line(saved: SavedPage):
    text = saved.file.read_text(encoding="utf-8")
    whole = Page(text, saved.url)
    assert len(whole.blocks) >= 4
    for index, block in enumerate(whole.blocks):
        held = [b for b in whole.blocks if block.element in (b.element, *b.element.iterancestors())]
        if held[0] is not block or block.element.tag == "body":
            continue
        part = Page(text, saved.url)
        place = list(whole.tree.iter()).index(block.element)
        element = list(part.tree.iter())[place]
        part.anchor_at(next(b for b in part.inside(element) if b.element is element))
        whole.anchor_at(block)
        assert "blocks" not in part.__dict__
        assert [b.text for b in part.after_anchor(5)] == [b.text for b in whole.blocks[index + 1 :][:5]]
        assert [b.text for b in part.before_anchor(4)] == [b.text for b in whole.blocks[:index][::-1][:4]]


@settings(max_examples=80, deadline=None)
@given(mutated(), st.sampled_from(sorted(PLATFORMS)))
def test_selections_are_those_of_css(html: bytes, platform: str):
    try:
        page = Page(html.decode("utf-8", "replace"), "https://bao.example/a-1.html")
    except NotAnArticleError:
        return
    rules = PLATFORMS[platform][0]
    for selector in (*rules.title, *rules.lead, *rules.date, *rules.body, *rules.tags, *rules.drop, *rules.author):
        assert page.select_each((selector,)) == page.tree.cssselect(selector)


@settings(max_examples=80, deadline=None)
@given(mutated())
def test_lines_within_an_element_are_those_of_the_page(html: bytes):
    try:
        page = Page(html.decode("utf-8", "replace"), "https://bao.example/a-1.html")
        whole = Page(html.decode("utf-8", "replace"), "https://bao.example/a-1.html")
    except NotAnArticleError:
        return
    order = {element: n for n, element in enumerate(whole.tree.iter())}
    elements = list(page.tree.iter())
    by_place: dict[int, list[str]] = {}
    for block in whole.blocks:
        for node in (block.element, *block.element.iterancestors()):
            by_place.setdefault(order[node], []).append(block.text)
    for place, element in enumerate(elements):
        if element.tag in BLOCK_TAGS and element.tag not in {"html", "body"}:
            assert [b.text for b in page.inside(element)] == by_place.get(place, [])
