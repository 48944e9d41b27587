from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import addresses
from spiders.addresses import absolute, below, canonical, host, is_calendar, root

BASE = "https://www.baohaiduong.vn/kinh-te"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://baohaiduong.vn/a-123456.html", "https://www.baohaiduong.vn/a-123456.html#binh-luan"),
        ("https://a.vn/x?utm_source=zalo&id=3", "https://a.vn:443/x?id=3&fbclid=abc"),
        ("https://a.vn/x?b=2&a=1", "https://A.vn/x?a=1&b=2"),
        ("https://a.vn/x/", "https://a.vn/x"),
        ("https://a.vn/x;jsessionid=77AF", "https://a.vn/x"),
        ("https://a.vn/(S(lit3py55t21z5v55vlm25s55))/tin/x.aspx", "https://a.vn/tin/x.aspx"),
        ("https://a.vn/%28X%281%29S%28lit3py55%29%29/x", "https://a.vn/x"),
        ("https://a.vn/x?PHPSESSID=0a1b2c&id=3", "https://a.vn/x?id=3"),
        ("https://a.vn/x?sid=0123456789abcdef0123", "https://a.vn/x"),
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
        # The number of a section is no session.
        ("https://a.vn/x?sid=12", "https://a.vn/x?sid=13"),
        ("https://a.vn/(tin)/x", "https://a.vn/x"),
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


# What a link is made of where it may go wrong: dots, slashes, escapes, sessions, ports, and plain letters.
LINKS = st.text(st.sampled_from("ab7/.-_~:w%?&=# ;()A@"), max_size=12)


@given(LINKS, st.sampled_from([BASE, "https://a.vn/x/y?z", "http://a.vn:80", "http://127.0.0.1:8750/"]))
def test_plain_links_are_read_as_all_others(href: str, base: str) -> None:
    assert absolute(base, href) == addresses._absolute(base, href)


@given(st.sampled_from(["http://", "https://"]), st.sampled_from(["a.vn", "www.a.vn", "a.vn:80", "a.vn:8080"]), LINKS)
def test_plain_addresses_are_known_as_all_others(scheme: str, name: str, rest: str) -> None:
    url = f"{scheme}{name}/{rest}"
    try:
        expected = addresses._canonical(url)
    except ValueError:
        return
    assert canonical(url) == expected


def test_the_root_of_an_address() -> None:
    assert root("https://www.a.vn:8443/x/y?z") == "https://www.a.vn:8443"
    assert root("mailto:a@b.vn") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://a.vn/lich?month=5&year=2031",
        "https://a.vn/tin?thang=5&nam=1990",
        "https://a.vn/calendar/2031-05",
        "https://a.vn/vi/events/month/2031-05/",
        "https://a.vn/lich-cong-tac/2031/05/17",
    ],
)
def test_calendars(url: str) -> None:
    assert is_calendar(below(url))


@pytest.mark.parametrize(
    "url", ["https://a.vn/2024/05/17/lich-thi/", "https://a.vn/events/2024/05/17/ngay-hoi/", "https://a.vn/x?nam_hoc=1"]
)
def test_what_is_no_calendar(url: str) -> None:
    assert not is_calendar(below(url))
