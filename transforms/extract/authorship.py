"""Whose piece it is: platform rule, claims, by-line near the headline, signature at the end."""

from collections.abc import Iterator

from transforms.extract.body import Body
from transforms.extract.bylines import has_prefix, read_names
from transforms.extract.page import Page, class_parts
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean

_PARTS = frozenset(
    ("author", "authors", "tacgia", "tac-gia", "byline", "reporter", "journalist", "writer", "phongvien")
)
_AROUND = 12


def choose_authors(page: Page, platform: Platform | None, body: Body, section: str) -> tuple[tuple[str, ...], str]:
    """Names in page order and the rule; empty rather than the site's own name."""
    sites = page.claims.sites
    if platform:
        for element in page.select_each(platform.author):
            if names := read_names(clean(element.text_content()), sites, strict=False, section=section):
                return names, f"platform:{platform.name}"
        if platform.signed_below:
            for _, line in body.signatures:
                if names := read_names(line, sites, strict=False, section=section):
                    return names, f"platform:{platform.name}"
    for rule, claimed in page.claims.authors:
        named = [read_names(name, sites, strict=True, section=section) for name in claimed]
        if names := tuple(dict.fromkeys(n for group in named for n in group)):
            return names, rule
    for kind, line in body.signatures:
        loose = has_prefix(line) or (platform is not None and kind == "byline")
        if names := read_names(line, sites, strict=not loose, section=section):
            return names, "visible:signature"
    for line in _near_headline(page, body):
        if names := read_names(line, sites, strict=True, section=section):
            return names, "visible:byline"
    return (), ""


def _near_headline(page: Page, body: Body) -> Iterator[str]:
    """Short lines of an element that calls itself by-line, around the headline and right after the body."""
    after = page.after_anchor()[:_AROUND]
    if body.blocks and (last := body.blocks[-1]) in page.blocks:
        index = page.blocks.index(last)
        after = [*after, *page.blocks[index + 1 : index + 5]]
    for block in [*after, *page.before_anchor()[:3]]:
        if block.words > 12:
            continue
        if has_prefix(block.text) or any(
            not _PARTS.isdisjoint(class_parts(n)) for n in (block.element, *list(block.element.iterancestors())[:3])
        ):
            yield block.text
