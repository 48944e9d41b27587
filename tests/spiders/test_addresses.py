from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.addresses import absolute, canonical, host

BASE = "https://www.baohaiduong.vn/kinh-te"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://baohaiduong.vn/a-123456.html", "https://www.baohaiduong.vn/a-123456.html#binh-luan"),
        ("https://a.vn/x?utm_source=zalo&id=3", "https://a.vn:443/x?id=3&fbclid=abc"),
        ("https://a.vn/x?b=2&a=1", "https://A.vn/x?a=1&b=2"),
        ("https://a.vn/x/", "https://a.vn/x"),
        ("https://a.vn/x;jsessionid=77AF", "https://a.vn/x"),
        ("https://a.vn/Đề-án.html", f"https://a.vn/{quote(normalize('NFD', 'Đề-án'))}.html"),
    ],
)
def test_two_addresses_of_one_page_share_a_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.vn/x?id=3", "https://a.vn/x?id=4"),
        ("http://127.0.0.1:8750/x", "http://127.0.0.1:8751/x"),
        ("https://a.vn/x", "https://b.a.vn/x"),
        ("https://a.vn/x", "https://a.vn/X"),
    ],
)
def test_two_pages_keep_two_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(
    st.text(min_size=1, max_size=30), st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=3)
)
def test_a_key_is_its_own_key(path: str, query: dict[str, str]) -> None:
    pairs = "&".join(f"{quote(k)}={quote(v)}" for k, v in query.items())
    key = canonical(f"https://a.vn/{quote(path)}?{pairs}")
    assert canonical(f"https://{key}") == key


@given(st.text(max_size=40))
def test_any_text_in_a_link_is_an_address_or_none(href: str) -> None:
    found = absolute(BASE, href)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.vn", "#top", "", "tel:113", "ftp://a.vn/x", "http://"]
)
def test_links_that_lead_to_no_page(href: str) -> None:
    assert absolute(BASE, href) is None


def test_a_link_with_vietnamese_letters_is_encoded_as_given() -> None:
    assert absolute("https://a.vn/", "/Article/dGlu@/Đề án.html") == (
        "https://a.vn/Article/dGlu@/%C4%90%E1%BB%81%20%C3%A1n.html"
    )


def test_www_and_default_ports_are_no_other_host() -> None:
    assert host("https://www.a.vn:443/x") == host("http://a.vn/") == "a.vn"
    assert host("http://a.vn:8080") == "a.vn:8080"
