"""CSS selectors of the platforms on one page.

Nearly all name a class or an id first. Asking every element for it costs XPath more than all else that is done to a
page of a known platform, so that who bears which name is noted once per page.
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import cast

from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

# Names alone, then nothing or what is looked for within.
_NAMED = re.compile(r"(?P<names>(?:[.#][\w-]+)+)(?:\s+(?P<inner>[^>+~\s].*))?")
_NAME = re.compile(r"[.#][\w-]+")


class Selection:
    """What selectors match in a tree, which must not change any more.

    Args:
        tree: Root of the page.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._found: dict[str, list[HtmlElement]] = {}

    def __call__(self, selector: str) -> list[HtmlElement]:
        """Elements that a selector matches, in the order of the page."""
        if (found := self._found.get(selector)) is None:
            found = self._found[selector] = self._find(selector)
        return found

    def _find(self, selector: str) -> list[HtmlElement]:
        named = _NAMED.fullmatch(selector)
        if named is None:
            return _evaluated(selector, "descendant-or-self::", self._tree)
        first, *others = _NAME.findall(named["names"])
        bearers = [e for e in self._bearers(first) if all(_bears(e, name) for name in others)]
        if not named["inner"]:
            return bearers
        if len(bearers) > 1:
            # One within the other would give the same elements twice.
            outer = set(bearers)
            bearers = [e for e in bearers if outer.isdisjoint(e.iterancestors())]
        return [found for e in bearers for found in _evaluated(named["inner"], "descendant::", e)]

    def _bearers(self, name: str) -> list[HtmlElement]:
        """Elements with a `.class` or an `#id`."""
        return [
            element for _, element in sorted(found for key in self._keys.get(name, ()) for found in self._by_key[key])
        ]

    def called(self, fits: Callable[[str], bool]) -> list[HtmlElement]:
        """Elements whose class or id as a whole fits, in the order of the page; each row of names is asked once."""
        found = dict(place for key, places in self._by_key.items() if fits(key) for place in places)
        return [found[place] for place in sorted(found)]

    @cached_property
    def _by_key(self) -> dict[str, list[tuple[int, HtmlElement]]]:
        """Elements with their places, by what their attributes say as a whole: most are one of a few rows alike."""
        found: dict[str, list[tuple[int, HtmlElement]]] = {}
        for place, element in enumerate(self._tree.iter(etree.Element)):
            if classes := element.get("class"):
                found.setdefault(classes, []).append((place, element))
            if key := element.get("id"):
                found.setdefault(f"#{key}", []).append((place, element))
        return found

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        """Which attributes name a class or an id."""
        keys: dict[str, list[str]] = {}
        for key in self._by_key:
            for name in [key] if key[0] == "#" else {f".{name}" for name in key.split()}:
                keys.setdefault(name, []).append(key)
        return keys


def _bears(element: HtmlElement, name: str) -> bool:
    if name[0] == "#":
        return bool(element.get("id") == name[1:])
    return name[1:] in (element.get("class") or "").split()


def _evaluated(selector: str, axis: str, root: HtmlElement) -> list[HtmlElement]:
    return cast(list[HtmlElement], _compiled(selector, axis)(root))


@lru_cache(maxsize=1024)
def _compiled(selector: str, axis: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector, axis))
