"""Ways to break a page: what goes wrong with bytes, tags, charsets and claims, a little at a time."""

import random
import re
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]

_TAG = re.compile(rb"<[^<>]{1,300}>")
_CLOSING = re.compile(rb"</[^<>]{1,30}>")
_VALUE = re.compile(rb'="[^"<>]{0,300}"')
_JUNK_TAGS = (
    b"<div>", b"</div>", b"</p>", b"<p>", b"<b>", b"</a>", b"<a href='#'>", b"<table><tr><td>", b"</table>", b"</body>",
    b"<body>", b"</html>", b"<html>", b"<form>", b"</form>", b"<!--", b"-->", b"<script>", b"</script>", b"<style>",
    b"<textarea>", b"<title>", b"<h1>", b"<select>", b"<svg>", b"<math>", b"<template>", b"<noscript>", b"<plaintext>",
    b"<frameset>", b"<![CDATA[", b"]]>", b"<?xml version='1.0'?>", b"<o:p>", b"<font>", b"<br>" * 9, b"<", b">", b"<!>",
    b"<!-->", b"<img src=x ", b"<input type=password>", b'<meta charset="utf-16">', b"<base href='http://[::1'>",
)  # fmt: skip
_JUNK_ENTITIES = (
    b"&#0;", b"&#x0;", b"&#xD800;", b"&#x10FFFF;", b"&#x110000;", b"&#99999999999999999999;", b"&nbsp", b"&;", b"&&&&",
    b"&amp;amp;amp;lt;", b"&lt;script&gt;", b"&#8238;", b"&zwnj;", b"&NotAnEntity;", b"&#38;#60;",
)  # fmt: skip
_ODD_TEXT = (
    "\u202e", "\u2066\u200f", "\ufeff", "\u200b" * 30, "🙂👩‍👩‍👧", "\x00", "\x00" * 50, "\ud83d", "ẹ\u0323\u0301" * 20,
    "\u00a0" * 50, "\u2028", "İ" * 30, "ﷺ" * 20, "𝕿", "\x1b[31m", "\x85", "\x0b\x0c",
)  # fmt: skip
_DATES = (
    "31/02/2022", "00/00/0000", "7/6/2022 99:99", "Thứ tám, 07/06/2022", "07/06/99999", "2022-13-45T25:61:61+99:99",
    "ngày 07 tháng 13 năm 2022", "١٢/٠٦/٢٠٢٢", "1/1/1970", "12/12/2999", "07/06/2022 " * 30, "Cập nhật: 07/06/2022",
)  # fmt: skip
_CLAIMS = (
    '{"@type":"NewsArticle","datePublished":%s}' % ("[" * 400 + "]" * 400),
    '{"@type":["NewsArticle",5,null],"headline":{"a":1},"author":[[[]]],"datePublished":20220607}',
    '{"@type":"NewsArticle","headline":"x","author":{"@id":"#a"},"publisher":"","keywords":[1,[2]]}',
    '{"@graph":{"@graph":{"@graph":[]}},"@id":{}}',
    '{"@type":"BreadcrumbList","itemListElement":[[[{"item":[]}]]]}',
    '{"@type":"NewsArticle","headline":"a\\ud800b","datePublished":"2022-06-07T00:00:00+9999"}',
    "{\"@type\":\"NewsArticle\",,,'datePublished': \"2022-06-07\"",
    "[]", "null", "1e999", '"x"', "<!-- {} -->", "{" * 3000,
)  # fmt: skip


def _spot(data: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(data))


def _insert(data: bytes, piece: bytes, rng: random.Random) -> bytes:
    at = _spot(data, rng)
    return data[:at] + piece + data[at:]


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 5, 50, 500))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    start = _spot(data, rng)
    return data[:start] + data[start + rng.randint(1, 600) :]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start = _spot(data, rng)
    return data[:start] + data[start : start + rng.randint(1, 600)] * rng.randint(2, 40) + data[start:]


def _move(data: bytes, rng: random.Random) -> bytes:
    first, second, third = sorted(_spot(data, rng) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: _spot(data, rng)]


def _each(pattern: re.Pattern[bytes], change: Callable[[bytes, random.Random], bytes]) -> Mutation:
    """Change some of the places that match."""

    def mutate(data: bytes, rng: random.Random) -> bytes:
        share = rng.choice((0.02, 0.2, 1.0))
        return pattern.sub(lambda m: change(m[0], rng) if rng.random() < share else m[0], data)

    return mutate


def _swap_values(data: bytes, rng: random.Random) -> bytes:
    values = [m[0] for m in _VALUE.finditer(data)]
    return _VALUE.sub(lambda m: rng.choice(values) if rng.random() < 0.3 else m[0], data) if values else data


def _shuffle_tags(data: bytes, rng: random.Random) -> bytes:
    tags = [m[0] for m in _TAG.finditer(data)]
    rng.shuffle(tags)
    left = iter(tags)
    return _TAG.sub(lambda _: next(left), data)


def _frameless(data: bytes, rng: random.Random) -> bytes:
    names = rng.choice((rb"body", rb"html|head|body", rb"head", rb"h1|title", rb"p", rb"div"))
    return re.sub(rb"</?(?:" + names + rb")\b[^>]*>", b"", data, flags=re.IGNORECASE)


def _recode(data: bytes, rng: random.Random) -> bytes:
    """Another charset than the page says, or another declaration than its charset."""
    charset = rng.choice(("cp1258", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "shift_jis", "cp1252"))
    if rng.random() < 0.5:
        return re.sub(rb"charset\s*=\s*[\"']?[\w-]+", b"charset=" + charset.encode(), data)
    return data.decode("utf-8", "replace").encode(charset, "ignore")


def _nest(data: bytes, rng: random.Random) -> bytes:
    tag = rng.choice((b"div", b"span", b"b", b"font", b"blockquote", b"ul><li", b"table><tr><td", b"a", b"form"))
    return _insert(data, (b"<" + tag + b">") * rng.choice((3, 40, 400, 2500)), rng)


def _claim(data: bytes, rng: random.Random) -> bytes:
    script = f'<script type="application/ld+json">{rng.choice(_CLAIMS)}</script>'
    return _insert(data, script.encode("utf-8", "surrogatepass"), rng)


def _meta(data: bytes, rng: random.Random) -> bytes:
    name = rng.choice(("article:published_time", "og:title", "author", "og:type", "og:url", "keywords", "description"))
    value = rng.choice((*_DATES, "", "x" * 9000, "http://[bad", "website", ";" * 400, "a, " * 900))
    return _insert(data, f'<meta property="{name}" content="{value}">'.encode(), rng)


def _long_value(data: bytes, rng: random.Random) -> bytes:
    values = list(_VALUE.finditer(data))
    if not values:
        return data
    place = rng.choice(values)
    filling = rng.choice((b"a", b"a ", b"A-b_", b"http://", b"display:", b"%", b"/")) * rng.choice((300, 30_000))
    return data[: place.start()] + b'="' + filling + b'"' + data[place.end() :]


MUTATIONS: dict[str, Mutation] = {
    "bytes flipped": _flip,
    "cut": _cut,
    "repeated": _repeat,
    "moved": _move,
    "truncated": _truncate,
    "junk tag": lambda data, rng: _insert(data, rng.choice(_JUNK_TAGS), rng),
    "tags dropped": _each(_TAG, lambda _, __: b""),
    "tags doubled": _each(_TAG, lambda tag, rng: tag * rng.choice((2, 2, 30))),
    "tags shuffled": _shuffle_tags,
    "unclosed": _each(_CLOSING, lambda _, __: b""),
    "closed wrongly": _each(_CLOSING, lambda _, rng: rng.choice(_JUNK_TAGS)),
    "no frame": _frameless,
    "values swapped": _swap_values,
    "long value": _long_value,
    "entities": lambda data, rng: _insert(data, rng.choice(_JUNK_ENTITIES) * rng.choice((1, 30)), rng),
    "odd text": lambda data, rng: _insert(data, rng.choice(_ODD_TEXT).encode("utf-8", "surrogatepass"), rng),
    "odd text everywhere": _each(re.compile(rb" "), lambda _, rng: rng.choice(_ODD_TEXT).encode("utf-8", "replace")),
    "charset": _recode,
    "nested": _nest,
    "date": lambda data, rng: _insert(data, b"<p>" + rng.choice(_DATES).encode() + b"</p>", rng),
    "JSON-LD": _claim,
    "meta": _meta,
    "upper case": lambda data, _: data.upper(),
}
