"""The stylesheet: inside the first page, then kept by the browser, whatever the browser allows."""

from collections.abc import Callable

from tests.views.conftest import Browser, Page, Scene
from webapp.models import Account

Make = Callable[[Account | None], Browser]


def stylesheets(page: str) -> list[str]:
    """What the page waits for before it is painted."""
    links = Page(page).all("link")
    return [one["href"] for one in links if one.get("rel") == "stylesheet" and "media" not in one]


def test_a_browser_that_fetched_the_stylesheet_gets_pages_that_link_it(browser: Make) -> None:
    person = browser(None)
    first = person.get("/")
    assert "<style>" in first.text
    assert stylesheets(first.text) == []
    person.get(_to_keep(first.text)).close()
    second = person.get("/login")
    assert "<style>" not in second.text
    assert stylesheets(second.text) == [_to_keep(first.text)]
    assert "style-src 'self';" in second.headers["Content-Security-Policy"]


def test_the_stylesheet_may_be_kept_for_a_year_and_never_asked_for_again(browser: Make) -> None:
    person = browser(None)
    kept = person.get(_to_keep(person.get("/").text))
    kept.close()
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in kept.headers.get("Vary", "")


def test_a_browser_that_keeps_no_cookies_gets_every_page_with_its_style(browser: Make) -> None:
    person = browser(None)
    for path in ("/", "/login", "/schedule"):
        person.get(_to_keep(person.get(path).text)).close()
        person.client.delete_cookie("css")
        answer = person.get(path)
        assert "<style>" in answer.text
        assert stylesheets(answer.text) == []


def test_a_browser_that_holds_an_older_stylesheet_gets_the_new_one_with_the_page(browser: Make) -> None:
    person = browser(None)
    address = _to_keep(person.get("/").text)
    version = address.split("/")[2]
    person.get(address.replace(version, "v-0123456789ab")).close()
    assert "<style>" in person.get("/").text
    person.client.set_cookie("css", "0123456789ab")
    assert "<style>" in person.get("/").text


def test_a_page_that_changes_nothing_sends_no_cookie_again(browser: Make, scene: Scene) -> None:
    person = browser(scene.citizen)
    with person.client.session_transaction() as session:
        session.permanent = True
    person.get("/petitions/new/kind")
    for path in ("/account", "/petitions/new/kind", f"/petitions/{scene.petition.code}"):
        assert "Set-Cookie" not in person.get(path).headers


def _to_keep(page: str) -> str:
    """Where a browser without scripts, and no other, fetches the stylesheet beside the first page."""
    read = Page(page)
    inside = [{read.elements[above][0] for above in places} for places in read.above]
    return next(
        one["href"]
        for (_tag, one), around in zip(read.elements, inside, strict=True)
        if one.get("media") == "print" and "noscript" in around
    )
