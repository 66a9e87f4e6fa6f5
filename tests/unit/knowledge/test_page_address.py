"""Which addresses are one page, and where a crawl goes."""

import pytest

from chassis.web_address import WebAddress
from services.knowledge.domain.page_address import (
    QUERIES_PER_PATH,
    candidates,
    chosen,
    page_address,
    same_page,
)

HOME = WebAddress.parse("https://a.example/docs/index")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://A.example:443/x#part", "https://a.example/x"),
        ("https://a.example/x?utm_source=m&b=2&gclid=1", "https://a.example/x?b=2"),
        ("https://a.example/x?utm_source=m", "https://a.example/x"),
        ("https://a.example/x?c&utm_id=1&b=((", "https://a.example/x?c&b=(("),
        ("https://a.example/x?b=%20&a", "https://a.example/x?b=%20&a"),
        ("https://a.example/x;jsessionid=5F?b=1", "https://a.example/x?b=1"),
    ],
)
def test_an_address_says_nothing_of_where_a_visitor_came_from(url: str, address: str) -> None:
    assert page_address(WebAddress.parse(url)) == address


def test_a_last_slash_makes_no_other_page() -> None:
    assert same_page("https://a.example/x/?q=1") == same_page("https://a.example/x?q=1")
    assert same_page("https://a.example/") == same_page("https://a.example")
    assert same_page("https://a.example/x") != same_page("https://a.example/y")


def test_only_pages_of_the_same_origin_are_candidates() -> None:
    links = [
        "other", "/top", "../docs/other#a", "//a.example/two", "https://a.example/top/",
        "http://a.example/plain", "https://b.example/", "https://a.example:8443/", "mailto:a@b.c",
        "javascript:x", "/logo.PNG", "/a.css?v=1", "http://[", "", "/logout", "https://u@a.example/",
        "/a/b/a/b/a/b/a/b", "/" + "x/y/z/" * 5,
    ]  # fmt: skip
    assert candidates(HOME, "", links) == [
        "https://a.example/docs/other",
        "https://a.example/top",
        "https://a.example/two",
        "https://a.example/docs/index",
    ]


def test_links_are_relative_to_the_base_of_the_page() -> None:
    assert candidates(HOME, "/en/", ["hours"]) == ["https://a.example/en/hours"]
    assert candidates(HOME, "http://[", ["hours"]) == ["https://a.example/docs/hours"]


def test_what_is_known_and_what_has_no_room_is_not_chosen() -> None:
    found = [f"https://a.example/{n}" for n in range(5)]
    assert chosen(found, ["https://a.example/1/"], room=2) == [found[0], found[2]]
    assert chosen(found, [], room=0) == []
    assert chosen([found[0], f"{found[0]}/"], [], room=9) == [found[0]]


def test_pages_that_differ_in_their_query_only_are_few() -> None:
    months = [f"https://a.example/calendar?month={n}" for n in range(100)]
    assert (
        len(chosen([*months, "https://a.example/x"], months[:3], room=99)) == QUERIES_PER_PATH - 2
    )
