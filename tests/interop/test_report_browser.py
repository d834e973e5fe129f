# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's page in a real browser: what is seen, what runs, what is asked of a network."""

from __future__ import annotations

import dataclasses
import json
import random
import sys
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.interop import browser, room

if sys.version_info < (3, 10):
    pytest.skip(
        "reports are written on the controller, which has Python 3.10 or later",
        allow_module_level=True,
    )

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report import html as audit_html
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import html, overview
from ansible_collections.mailops.smtp.tests.tools import audit_screenshot
from ansible_collections.mailops.smtp.tests.unit import audit_reports, reports

Show = t.Callable[..., browser.Page]

CAPTION = "What became of each check: hosts down, servers across."

PHONE = 390
SCHEMES = ("light", "dark")

# Text against what is behind it, by the formula of WCAG 2.2; gives what is below 4.5 to 1. What is
# there for screen readers alone is left out.
TOO_FAINT = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (color) => {
    const [r, g, b] = [...rgba(color)].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (rgba(color)[3] === 255) return color;
    }
    return "white";
  };
  const faint = [];
  let seen = 0;
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.matches("script, .word")) continue;
    seen += 1;
    const pair = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) faint.push(`${element.outerHTML.slice(0, 80)}: ${ratio.toFixed(2)}`);
  }
  return [seen, faint];
})()
"""

# What can be seen of the table: the words of each row.
ROWS = """
[...document.querySelectorAll("#squares tr")].filter((row) => !row.closest("[hidden]")).map(
  (row) => [...row.cells].filter((cell) => !cell.hidden).map((cell) => cell.textContent))
"""


@pytest.fixture(scope="module")
def folder() -> t.Iterator[Path]:
    """Make a folder for pages."""
    with tempfile.TemporaryDirectory(prefix="report-") as made:
        yield Path(made)


@pytest.fixture(scope="module")
def chromium(folder: Path) -> t.Iterator[browser.Browser]:
    """Run Chromium."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    try:
        browser.ROOM.furnish()
    except RuntimeError as error:
        pytest.skip(f"Chromium cannot be installed: {str(error).strip().splitlines()[-1]}")
    with browser.running(folder) as running:
        yield running


@pytest.fixture
def show(chromium: browser.Browser, folder: Path) -> Show:
    """Show a page, or that of a report."""

    def show_page(
        shown: t.Any, width: int = 1200, scheme: str = "light", javascript: bool = True
    ) -> browser.Page:
        source = shown if isinstance(shown, str) else page_of(shown)
        (folder / "report.html").write_text(source, encoding="utf-8")
        page = chromium.page()
        page.look(width, scheme=scheme)
        if not javascript:
            page.without_javascript()
        page.open((folder / "report.html").as_uri())
        return page

    return show_page


def page_of(report: t.Any) -> str:
    return "".join(html.render(report))


def fleet_of(hosts: int, servers: int) -> t.Any:
    """Return a report of many cells, of which one in fifty is broken."""
    dice = random.Random(5)
    lines = [f"[0.0{number}] S: 250 as long as a line of a transcript is" for number in range(15)]
    items = [{"host": f"mx{number}.example.com"} for number in range(servers)]
    good = [reports.passed(item, transcript=lines) for item in items]
    bad = [reports.failed(item, transcript=lines) for item in items]
    return reports.report(
        *(
            reports.probed(
                f"host{host}",
                *(
                    bad[number] if dice.random() < 0.02 else good[number]
                    for number in range(servers)
                ),
            )
            for host in range(hosts)
        )
    )


def visible(page: browser.Page, selector: str) -> bool:
    """Tell whether there is something to be seen of the first element that a selector finds."""
    asked = f"document.querySelector({json.dumps(selector)})"
    return bool(page.value(f"{asked}.checkVisibility({{visibilityProperty: true}})"))


def test_page_is_what_a_screen_reader_needs(show):
    seen = show(reports.fleet()).seen()
    for one in (
        ("heading", "4 of 8 checks broken"),
        ("table", f"{CAPTION} A link leads to the cause, and to what was said."),
        ("columnheader", "mx1.example.com:25 (relay) 1 broken"),
        ("rowheader", "app1"),
        ("link", "failed: 550"),
        ("link", "error: timeout"),
        ("navigation", "Parts of this page"),
        ("search", "This page"),
        ("searchbox", "Search"),
        ("checkbox", "Only what is broken"),
        ("region", "What to mend"),
    ):  # fmt: skip
        assert one in seen
    roles = {role for role, _name in seen}
    assert {"banner", "main", "contentinfo", "status"} <= roles


def test_browser_has_nothing_to_complain_of(show):
    page = show(reports.nasty())
    assert page.events("Log.entryAdded") == []
    assert page.events("Runtime.exceptionThrown") == []
    assert page.value("document.compatMode") == "CSS1Compat"


def test_script_in_a_banner_is_text(show):
    page = show(reports.nasty())
    assert page.value("document.scripts.length") == 1
    assert page.value("document.images.length") == 0
    assert "<script>alert(1)</script>" in page.value("document.querySelector('main').innerText")
    assert page.events("Page.javascriptDialogOpening") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>document.title = 'ran'</script>",
        "<img src=x onerror=\"document.title = 'ran'\">",
        "<a href=\"javascript:void (document.title = 'ran')\" id=hostile>x</a>",
        "<iframe srcdoc=\"<script>parent.document.title = 'ran'</script>\"></iframe>",
    ],
)
def test_nothing_would_run_even_if_it_were_not_escaped(show, hostile):
    source = page_of(reports.fleet()).replace("<main>", f"<main>{hostile}")
    tried = "document.querySelector('#hostile')?.click()"
    page = show(source)
    page.value(tried)
    assert page.value("document.title") != "ran"
    assert "Content Security Policy" in json.dumps(page.events("Log.entryAdded"))
    # And without the policy it does run: so it was the policy.
    page = show(source.replace("Content-Security-Policy", "X-None"))
    page.value(tried)
    assert page.value("new Promise((done) => setTimeout(() => done(document.title)))") == "ran"


def test_no_request_leaves_the_page(show, chromium):
    leaves = '<img src="http://192.0.2.1/a.png"><link rel="stylesheet" href="http://192.0.2.2/b">'
    show(f"<!DOCTYPE html><title>x</title>{leaves}")
    asked = set(chromium.asked)
    assert {line.split()[1] for line in asked} == {"http://192.0.2.1/a.png", "http://192.0.2.2/b"}
    for source in (
        page_of(reports.fleet()),
        page_of(reports.nasty()),
        page_of(reports.fleet()).replace("<main>", f"<main>{leaves}"),  # were it not escaped
    ):
        page = show(source)
        page.click("summary")
        page.value("new Promise((done) => setTimeout(done))")
        addresses = [one["request"]["url"] for one in page.events("Network.requestWillBeSent")]
        assert addresses[0].startswith("file:///")
        failed = {one["requestId"] for one in page.events("Network.loadingFailed")}
        sent = [
            one["request"]["url"]
            for one in page.events("Network.requestWillBeSent")[1:]
            if one["requestId"] not in failed
        ]
        assert [address for address in sent if not address.startswith("data:")] == []
    assert set(chromium.asked) == asked


def test_page_works_without_javascript(show):
    page = show(reports.fleet(), javascript=False)
    assert len(page.value(ROWS)) == 5
    assert not visible(page, "#filter")
    assert not visible(page, "#b2 pre")
    page.click("#c2 .entry summary")
    assert visible(page, "#b2 pre")
    assert not visible(page, "#b3 pre")
    page.click("#squares a[href='#b3']")
    assert visible(page, "#b3 pre")
    assert not visible(page, "#p1")
    page.click("#squares a[href='#p1']")
    assert page.value("location.hash") == "#p1"
    assert visible(page, "#p1 pre")


def test_link_of_a_cell_opens_the_transcript_by_keyboard(show):
    page = show(reports.fleet())
    page.value("document.querySelector('#squares a[href=\"#b2\"]').focus()")
    page.press("Enter", 13)
    assert visible(page, "#b2 pre")
    assert page.value("document.activeElement.id") == "b2"


def settled(page: browser.Page, expression: str) -> t.Any:
    """Return what an expression comes to once the page no longer scrolls."""
    return page.value(
        "new Promise((done) => { let last = NaN; const look = () => { const at = scrollY;"
        f" if (at === last) done({expression}); else {{ last = at; setTimeout(look, 60); }} }};"
        " look(); })"
    )


def test_sentence_of_the_cause_stays_in_sight_above_its_cells(show):
    items = [{"host": "mx1.example.com"}]
    refused = [reports.failed(item) for item in items]
    page = show(reports.report(*(reports.probed(f"web{number}", *refused) for number in range(60))))
    page.click("#squares a[href='#b50']")
    assert visible(page, "#b50 pre")
    box = "document.querySelector('#c1 h3').getBoundingClientRect()"
    top, bottom = settled(page, f"[{box}.top, {box}.bottom]")
    filter_ends = page.value("document.querySelector('#filter').getBoundingClientRect().bottom")
    assert filter_ends - 5 <= top <= filter_ends  # and nothing shows between the two
    cell = page.value("document.querySelector('#b50').getBoundingClientRect().top")
    assert bottom <= cell < 900


def test_link_of_a_card_shows_its_cells_in_the_matrix(show):
    page = show(reports.fleet())
    page.click("#c2 a[data-find]")
    assert page.value("document.querySelector('#words').value") == "cause:2"
    assert page.value(ROWS) == [
        ["", "mx1.example.com:25 (relay)1 broken"],
        ["app1", "failed: 550"],
    ]
    assert visible(page, "#c2")
    assert not visible(page, "#c1")
    assert page.value("document.querySelector('#found').value") == ("1 host in the table, 1 cause")


def test_rows_of_a_group_are_hidden_with_it(show):
    report = reports.fleet()
    grouped = {"web1": ["web"], "late": ["web"], "app1": ["app"], "down": ["app"]}
    page = show(dataclasses.replace(report, groups=grouped))
    assert [row[0] for row in page.value(ROWS)] == [
        "",
        "web",
        "web1",
        "late",
        "app",
        "app1",
        "down",
    ]
    page.click("#only")
    assert [row[0] for row in page.value(ROWS)] == ["", "app", "app1", "down"]


def test_all_that_can_be_done_is_reached_by_tab_and_shows_where_one_is(show):
    page = show(reports.fleet())
    reached = []
    for _time in range(60):
        page.press("Tab", 9)
        one = page.value("document.activeElement.outerHTML.slice(0, 50)")
        if one.startswith("<body"):
            break
        reached.append(one)
        assert page.value("getComputedStyle(document.activeElement).outlineStyle") != "none"
    for beginning in ('<a href="#causes"', '<input id="words"', '<input id="only"', "<summary>",
                      '<div class="scroll"', '<a href="#b1"'):  # fmt: skip
        assert any(one.startswith(beginning) for one in reached), beginning


def test_filter_leaves_what_is_broken(show):
    page = show(reports.fleet())
    page.click("#only")
    assert [row[0] for row in page.value(ROWS)] == ["", "app1", "down"]
    assert page.value("document.querySelector('#found').value") == "2 hosts in the table, 3 causes"
    assert not visible(page, "#passed")
    page.click("#only")
    assert len(page.value(ROWS)) == 5
    assert page.value("document.querySelector('#found').value") == ""


@pytest.mark.parametrize(
    ("words", "rows", "causes"),
    [
        ("app1", ["app1"], 2),
        ("MX1 550", ["app1"], 1),
        ("587", ["web1", "app1", "down", "late"], 2),
        ("unreachable", ["down"], 1),
        ("cause:3", ["app1"], 1),
        ("nobody", [], 0),
    ],
)
def test_search_finds_hosts_servers_and_what_was_said(show, words, rows, causes):
    page = show(reports.fleet())
    page.click("#words")
    page.write(words)
    counted = (
        "new Promise((done) => { const found = document.querySelector('#found');"
        "const look = () => found.value ? done(found.value) : setTimeout(look, 10); look(); })"
    )
    plural = "" if len(rows) == 1 else "s"
    told = f"{len(rows)} host{plural} in the table, {causes} cause{'' if causes == 1 else 's'}"
    assert page.value(counted) == told
    assert [row[0] for row in page.value(ROWS)[1:]] == rows
    if words == "587":
        assert page.value(ROWS)[0] == ["", "mx2.example.com:5871 broken"]
    # A link to what is hidden shows it again.
    page.value("location.hash = '#p1'")
    page.value("new Promise((done) => setTimeout(done, 50))")
    assert visible(page, "#p1")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everything_can_be_read_in_light_and_dark(show, scheme):
    page = show(reports.fleet(), scheme=scheme)
    page.value("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    seen, faint = page.value(TOO_FAINT)
    assert seen > 50
    assert faint == []
    back = page.value("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in back.strip("rgb()").split(","))
    assert bright > 600 if scheme == "light" else bright < 120


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("report", ["fleet", "nasty", "wide"])
def test_page_fits_a_phone(show, report, scheme):
    shown = fleet_of(3, 30) if report == "wide" else getattr(reports, report)()
    page = show(shown, width=PHONE, scheme=scheme)
    page.value("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.value("document.documentElement.scrollWidth") <= PHONE
    assert page.value("visualViewport.width") == PHONE
    assert page.value("visualViewport.scale") == 1
    assert visible(page, "#squares")
    host = "document.querySelector('#squares tbody th').getBoundingClientRect().width"
    assert page.value(host) < PHONE / 2


def page_of_audit(report: t.Any) -> str:
    return "".join(audit_html.render(report))


def long_audit() -> t.Any:
    """Return a report in which no name and no text has a place where a line may end."""
    long = {"host": "h" * 300, "server": "s" * 300, "relay_02": "finding"}
    evidence = audit_reports.outcome("relay-17", "finding", "e" * 600)
    return audit_reports.report_of(
        audit_reports.audit(**long),
        audit_reports.audit(outcomes=[evidence]),
        audit_reports.lost(problem="p" * 400),
    )


AUDITS = {
    "sample": audit_screenshot.sample,
    "nasty": audit_reports.nasty_report,
    "long": long_audit,
}


@pytest.mark.parametrize("width", [PHONE, 320])
@pytest.mark.parametrize("report", AUDITS)
def test_page_of_an_audit_fits_a_phone(show, report, width):
    page = show(page_of_audit(AUDITS[report]()), width=width)
    page.value("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.value("document.documentElement.scrollWidth") <= width
    words = "[...document.querySelectorAll('td .badge.failed')].map((one) => one.clientHeight)"
    assert max(page.value(words)) < 30  # no verdict is broken within its word


@pytest.mark.parametrize("scheme", SCHEMES)
def test_page_of_an_audit_can_be_read_in_light_and_dark(show, scheme):
    page = show(page_of_audit(long_audit()), scheme=scheme)
    page.value("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    seen, faint = page.value(TOO_FAINT)
    assert seen > 50
    assert faint == []


def test_page_of_an_audit_is_what_a_screen_reader_needs_and_has_no_trap(show):
    page = show(page_of_audit(audit_screenshot.sample()))
    page.value("document.querySelector('#servers details').open = true")
    page.value("new Promise((done) => setTimeout(done, 50))")
    seen = page.seen()
    for one in (
        ("heading", "Finding 1 The server relays for strangers. It is an open relay."),
        ("heading", audit_screenshot.RELAY),
        ("navigation", "Parts of this page"),
        ("table", f"Checks of {audit_screenshot.RELAY} from outside1"),
        ("columnheader", "Evidence"),
        ("rowheader", "relay-02 Strangers cannot relay."),
        ("link", "finding"),
        ("region", "Findings"),
    ):
        assert one in seen
    stops = page.value("document.querySelectorAll('a, summary').length")
    hidden = "document.querySelectorAll('details:not([open]) a').length"
    for _time in range(stops - page.value(hidden)):
        page.press("Tab", 9)
        assert page.value("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert page.value("document.activeElement.localName") in ("a", "summary")
    page.press("Tab", 9)
    assert page.value("document.activeElement.localName") == "body"


@pytest.mark.parametrize("width", [PHONE, 320])
@pytest.mark.parametrize("report", ["fleet", "wide"])
def test_the_four_counts_stay_on_one_line_of_a_phone(show, report, width):
    shown = fleet_of(1_000, 50) if report == "wide" else reports.fleet()
    page = show(shown, width=width)
    counts = "[...document.querySelectorAll('.counts div')]"
    tops = page.value(f"{counts}.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 4
    assert len(set(tops)) == 1
    heights = (
        "[...document.querySelectorAll('.counts dt, .counts dd')].map((one) => one.clientHeight)"
    )
    assert max(page.value(heights)) < 40  # and no word or number takes two lines


def test_commands_in_advice_look_like_code(show):
    refused = reports.failed({"host": "mx1.example.com"})
    refused["failure"]["advice"] = ["Look at `postconf -n` first."]
    page = show(reports.report(reports.probed("web1", refused)))
    font = "getComputedStyle(document.querySelector('.advice code')).fontFamily"
    assert "monospace" in page.value(font)
    assert page.value("document.querySelector('.advice li').textContent") == (
        "Look at postconf -n first."
    )


def test_host_that_could_not_ask_looks_otherwise_than_no_answer(show):
    page = show(reports.fleet())
    style = (
        "[...document.querySelectorAll('#squares td.error')]"
        ".map((one) => [one.textContent, getComputedStyle(one).borderTopStyle])"
    )
    looks = dict(page.value(style))
    assert looks["error: timeout"] != looks["error: unreachable"]


def test_sixty_servers_scroll_in_their_table_alone(show):
    page = show(fleet_of(20, 60))
    assert page.value("document.documentElement.scrollWidth") <= 1200
    scroll = "document.querySelector('#matrix .scroll')"
    assert page.value(f"{scroll}.scrollWidth > {scroll}.clientWidth")
    head = "document.querySelector('#squares thead th').getBoundingClientRect()"
    assert page.value(f"{head}.width") < page.value(f"{head}.height")  # it is turned
    assert page.value(f"{head}.height") < 300


def test_heads_of_the_table_stay_in_sight(show):
    page = show(fleet_of(45, 30))
    page.value(
        "document.querySelector('#matrix .scroll').scrollIntoView({behavior: 'instant'});"
        "document.querySelector('#matrix .scroll').scrollTo(500, 300)"
    )
    corner = page.value(
        "document.querySelector('#matrix .scroll').getBoundingClientRect().toJSON()"
    )
    row = "[...document.querySelectorAll('#squares tbody th')][20].getBoundingClientRect().x"
    column = "[...document.querySelectorAll('#squares thead th')][20].getBoundingClientRect().y"
    assert page.value("document.querySelector('#matrix .scroll').scrollTop") == 300
    assert page.value(row) == pytest.approx(corner["x"], abs=2)
    assert page.value(column) == pytest.approx(corner["y"], abs=2)


def test_page_of_a_thousand_hosts_opens_and_can_be_searched(show):
    page = show(fleet_of(1_000, 50))
    assert page.value("document.querySelector('h1').textContent").endswith(
        "of 50,000 checks broken"
    )
    assert page.value("document.querySelectorAll('#squares td').length") < overview.MOST_CELLS
    page.value("document.querySelector('#words').value = 'host17 mx3'")
    began = "const began = performance.now(); document.querySelector('#only').click();"
    took = page.value(f"(() => {{ {began} return performance.now() - began; }})()")
    assert took < 5_000
    assert len(page.value(ROWS)) < 50


def test_what_has_the_focus_is_not_behind_the_heads_of_the_table(show):
    page = show(fleet_of(45, 30))
    page.value("document.documentElement.style.scrollBehavior = 'auto'")
    page.value("[...document.querySelectorAll('#squares a')].at(-1).focus()")
    page.value("document.querySelector('#matrix .scroll').scrollTo(9999, 9999)")
    seen = (
        "(() => { const link = document.activeElement, box = link.getBoundingClientRect();"
        " const front = document.elementFromPoint(box.x + 2, box.y + box.height / 2);"
        " return [link.localName, link.contains(front)]; })()"
    )
    for _time in range(60):
        page.press("Tab", 9, shift=True)
        assert page.value(seen) == ["a", True]
