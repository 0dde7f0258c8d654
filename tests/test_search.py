"""Search in a real browser, on the real site: found, narrowed, followed, without a mouse."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect

from briefing import shards
from briefing.indexing import index_site
from briefing.search import SearchFailed

NEWCOMERS = [
    ("bybit", "Bybit"),
    ("lazarus", "Lazarus"),
    ("resolution-2397", "resolution 2397"),
    ("2026-missile-launches-per-year", "how many missiles 2022"),
    ("hanoi-summit", "Hanoi summit"),
    ("1718", "1718"),
    ("worker", "IT workers"),
    ("coal", "coal"),
    ("nuclear-test", "nuclear test yield"),
    ("russia-dprk-treaty", "Russia treaty"),
    ("entities/dprk", "북한"),
    ("hwasong", "화성"),
    ("hidden-cobra", "Hidden Cobra"),
]
"""What a newcomer types, and a part of the address of the page that should come first."""


@pytest.fixture
def page(browser: Browser, real_site: Path, serve: Callable[[Path], str]) -> Iterator[Page]:
    """Give a page of the real site that fails the test on a script error."""
    context = browser.new_context(base_url=serve(real_site))
    page = context.new_page()
    faults: list[str] = []

    def on_error(error: Error) -> None:
        faults.append(str(error))

    page.on("pageerror", on_error)
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def site_in_parts(real_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the real site with its index in parts, as a site of some thousand pages has it."""
    site = tmp_path_factory.mktemp("parts") / "site"
    shutil.copytree(real_site, site, copy_function=os.link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "MOST_IN_ONE", 100)
        patch.setattr(shards, "BRIEFS_IN_ONE", 50)
        shards.index(site, shards.digests_of(site), jobs=2)
    assert {p.name for p in (site / "pagefind").iterdir()} >= {"sources", "briefs-1", "briefs-2", "briefs-3"}
    return site


@pytest.fixture
def large(browser: Browser, site_in_parts: Path, serve: Callable[[Path], str]) -> Iterator[Page]:
    """Give a page of the site whose index is in parts."""
    context = browser.new_context(base_url=serve(site_in_parts))
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def results(page: Page) -> list[str]:
    """Return the addresses of the results on the search page, once they are there."""
    page.locator(".search-results h2 a").first.wait_for()
    found: list[str] = page.locator(".search-results h2 a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    return found


@pytest.mark.parametrize(("address", "query"), NEWCOMERS)
def test_a_newcomer_finds_the_right_page_first(address: str, query: str, page: Page) -> None:
    """The first result is the page that answers, not one of the documents that it cites."""
    page.goto(f"/search/?q={query}")
    assert address in results(page)[0]


def test_another_name_leads_to_the_entity_too(page: Page) -> None:
    """A vendor's or government's name for a group finds the group itself."""
    page.goto("/search/?q=Hidden Cobra")
    assert any("entities/lazarus-group/" in address for address in results(page)[:4])


@pytest.mark.parametrize("query", ["more than $50 million exchanges", "S/2010/571", "hackers", "hack"])
def test_figures_symbols_and_word_forms_are_found(query: str, page: Page) -> None:
    """A number with its sign, a document's symbol, a word and its other forms."""
    page.goto(f"/search/?q={query.replace('$', '%24')}")
    assert results(page)


def test_a_result_opens_at_the_claim(page: Page) -> None:
    """Below a page stand the claims that have the words, each with its own address."""
    page.goto("/search/?q=stole more than three exchanges member state")
    results(page)
    link = page.locator(".search-parts a[href*='#exchange-thefts']").first
    link.click()
    page.wait_for_url("**/briefs/2022-02-05-panel-report-cyber-revenue/#exchange-thefts")
    expect(page.locator("#exchange-thefts")).to_be_in_viewport()


def test_filters_narrow_and_stand_in_the_address(page: Page) -> None:
    """What is chosen can be reloaded, sent to somebody, and cleared."""
    page.goto("/search/?q=missile")
    every = len(results(page))
    page.locator("select[name=topic]").select_option(value="Diplomacy")
    page.locator("select[name=kind]").select_option(value="Brief")
    page.locator("select[name=sort]").select_option("oldest")
    page.wait_for_url("**kind=Brief**sort=oldest")
    query = parse_qs(urlsplit(page.url).query)
    assert {"q": ["missile"], "topic": ["Diplomacy"], "kind": ["Brief"], "sort": ["oldest"]} == query
    page.wait_for_function("document.querySelector('.search-status')?.textContent.match(/^[0-9]+ page/)")
    narrowed = results(page)
    assert every
    assert all("/briefs/" in address for address in narrowed)
    page.reload()
    assert narrowed == results(page)
    assert page.locator("select[name=topic]").input_value() == "Diplomacy"
    page.get_by_role("button", name="Clear").click()
    page.wait_for_url(lambda url: not urlsplit(url).query)


@pytest.mark.parametrize("filter_", ["year", "status", "publisher", "entity"])
def test_every_filter_has_values(filter_: str, page: Page) -> None:
    """Each list is filled from the index and narrows the results."""
    page.goto("/search/?q=missile")
    results(page)
    field = page.locator(f"select[name={filter_}]")
    field.locator("option").nth(1).wait_for(state="attached")
    before = page.locator(".search-status").inner_text()
    field.select_option(index=field.locator("option").count() - 1)
    page.wait_for_function(f"document.querySelector('.search-status').textContent !== {before!r}")


def test_the_keyboard_is_enough(page: Page) -> None:
    """`/` opens, arrows choose, Enter follows, Esc closes and gives the focus back."""
    page.goto("/weapons/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page.locator(".search-opener")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("bybit")
    page.locator(".search-dialog li a").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".search-dialog a[aria-selected=true]")
    expect(chosen).to_have_count(1)
    target = chosen.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(str(target))


def test_a_slash_in_a_field_is_a_slash(page: Page) -> None:
    """The short cut does not take a letter from somebody who types."""
    page.goto("/search/")
    field = page.locator(".search-page input[type=search]")
    field.fill("")
    field.press_sequentially("S/2010")
    assert field.input_value() == "S/2010"


@pytest.mark.parametrize(
    "query", ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "%", "a" * 5000, "\u202e"]
)
def test_a_hostile_query_is_only_text(query: str, page: Page) -> None:
    """Whatever stands in the address shows as text, and runs nothing."""
    asked: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    page.goto("/search/")
    page.evaluate("q => { location.search = new URLSearchParams({ q }) }", query)
    page.wait_for_function("document.querySelector('.search-status')?.textContent.match(/[0-9]+ page/)")
    assert page.locator(".search-page input[type=search]").input_value() == query
    assert page.locator(".search-page img, .search-page script").count() == 0
    assert asked == []


def test_without_script_the_lists_are_there(
    browser: Browser, real_site: Path, serve: Callable[[Path], str]
) -> None:
    """No dead box: the header's search is a link, and its page says where to look."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(real_site))
    page.get_by_role("link", name="Search").click()
    expect(page.locator("noscript p")).to_contain_text("Search needs JavaScript")
    expect(page.locator(".search-page")).to_be_hidden()
    expect(page.get_by_role("link", name="All briefs")).to_be_visible()
    context.close()


def test_an_index_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    """A folder that is not there is no traceback."""
    with pytest.raises(SearchFailed):
        index_site(tmp_path / "nowhere")


@pytest.mark.parametrize(("address", "query"), NEWCOMERS)
def test_parts_rank_nearly_as_one_index_does(address: str, query: str, large: Page) -> None:
    """Pagefind weighs a word by its part: what answers stands among the first three all the same."""
    large.goto(f"/search/?q={query}")
    assert any(address in found for found in results(large)[:3])


def test_a_first_search_of_a_large_site_fetches_little(large: Page) -> None:
    """Neither the lists of filters, nor the documents, nor the words that are everywhere."""
    asked: list[str] = []
    large.on("request", lambda request: asked.append(urlsplit(request.url).path))
    large.goto("/search/?q=missiles of the north")
    results(large)
    assert not [a for a in asked if a.endswith(".pf_filter")]
    assert not [a for a in asked if "/pagefind/sources/" in a]
    parts = 4
    assert len([a for a in asked if a.endswith(".pf_index")]) <= 2 * parts
    expect(large.locator(".search-status")).to_contain_text("documents not among them")


def test_filters_of_a_large_site_come_when_they_are_asked_for(large: Page) -> None:
    """The button gives way to the lists, whose counts are those of all parts together."""
    large.goto("/search/?q=missile")
    before = len(results(large))
    topic = large.locator("select[name=topic]")
    expect(topic).to_be_hidden()
    large.get_by_role("button", name="Filter results").click()
    expect(topic).to_be_focused()
    expect(large.get_by_role("button", name="Filter results")).to_have_count(0)
    option = topic.locator("option", has_text="Weapons").inner_text()
    count = int(option.partition("(")[2].rstrip(")"))
    topic.select_option("Weapons")
    expect(large.locator(".search-status")).to_have_text(f"{count} pages")
    assert before
    large.goto("/search/?q=missile&topic=Weapons")
    expect(large.locator(".search-status")).to_have_text(f"{count} pages")


def test_documents_of_a_large_site_are_a_button_away(large: Page) -> None:
    """They are found where nothing else is, and added where they are asked for."""
    large.goto("/search/?q=missile")
    pages = int(large.locator(".search-status").inner_text().split()[0]) if results(large) else 0
    button = large.get_by_role("button", name="Search the documents, too")
    button.click()
    expect(button).to_be_hidden()
    expect(large.locator(".search-status")).not_to_contain_text("documents")
    assert int(large.locator(".search-status").inner_text().split()[0]) > pages


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_results_of_a_large_site_are_sorted_over_all_parts(order: str, large: Page) -> None:
    """Pagefind would sort those of each part by themselves, and then by their places there."""
    asked: list[str] = []
    large.on("request", lambda request: asked.append(urlsplit(request.url).path))
    large.goto("/search/?q=missile")
    results(large)
    assert not [a for a in asked if a.endswith("dates.json")]
    large.goto(f"/search/?q=missile&sort={order}")
    results(large)
    for shown in (20, 30, 40):
        large.get_by_role("button", name="More results").click()
        expect(large.locator(".search-results > li")).to_have_count(shown)
    facts = large.locator(".search-facts").all_inner_texts()
    days = [fact.rpartition(" · ")[2] for fact in facts]
    assert len(set(days)) > 9
    assert days == sorted(days, reverse=order == "newest")
