"""Every reader: by eye, by ear, on a phone; whatever names the data carry."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.serve.catalogue.columnar import READABLE_BYTES
from pipelines.serve.catalogue.document import catalogue, tables_of

ROUTES = (
    "/", "/factors", "/factors?q=电石", "/factor/FKXQINR52EEF2", "/factor/F6EHNO6MB4LPX",
    "/sources",     "/source/mee_grid_co2", "/footprints", "/footprint/ammonia-coal", "/categories",
    "/category/gb-16780-2021-clinker-energy", "/category/quantile-jeans-unit", "/label/clinker-cn",
    "/changes", "/quality", "/dictionary", "/use", "/requirements",
)  # fmt: skip
MAIN = ("/factors?q=电石", "/factor/FKXQINR52EEF2", "/footprint/ammonia-coal", "/quality",
        "/label/clinker-cn")  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 800}, "device_scale_factor": 2, "is_mobile": True}
HOSTILE = (
    "<script>document.title='taken'</script>", "</script><script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">", "javascript:document.title='taken'",
    "\u202eevil\u202c 电石", "电\u200b石\ufeff", "=HYPERLINK(\"http://x\")", "]]>--><!--",
    "'\"&amp;",     "${document.title='taken'}", "\u0000\u0007名", "a" * 4000,
)  # fmt: skip


def serious(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.fixture
def judged_reader(reader_of, catalogue_file):
    """Readers whose page lets the judge of accessibility run beside its own script."""

    def make(**more):
        return reader_of(catalogue_file, bypass_csp=True, **more)

    return make


@pytest.mark.long
def test_no_page_shuts_anybody_out(judged_reader) -> None:
    reader = judged_reader()
    assert {r: serious(reader.open(r)) for r in MAIN} == {r: [] for r in MAIN}


@pytest.mark.long
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("more", [{}, PHONE], ids=["desk", "phone"])
def test_none_of_all_pages_shuts_anybody_out(judged_reader, more, language) -> None:
    reader = judged_reader(**more)
    routes = [f"{r}{'&' if '?' in r else '?'}lang={language}" for r in ROUTES]
    assert {r: serious(reader.open(r)) for r in routes} == {r: [] for r in routes}


@pytest.mark.long
def test_no_page_shuts_anybody_out_in_english_on_a_phone(judged_reader) -> None:
    reader = judged_reader(**PHONE)
    routes = ("/factors?lang=en", "/factor/FKXQINR52EEF2?lang=en")
    assert {r: serious(reader.open(r)) for r in routes} == {r: [] for r in routes}


@pytest.mark.long
def test_no_page_is_wider_than_a_phone(reader_of, catalogue_file) -> None:
    reader = reader_of(catalogue_file, viewport={"width": 390, "height": 768})
    for route in ("/", *MAIN, "/dictionary"):
        page = reader.open(route)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, route


@pytest.fixture(scope="module")
def hostile_file(release_folder, tmp_path_factory):
    """A catalogue whose first factors, sources and products carry hostile names."""
    tables = tables_of(release_folder)
    count = len(HOSTILE)
    for table, columns in {
        "factor": ("name_zh", "name_en", "technology", "note_zh", "record_key"),
        "source": ("title_zh", "title_en", "url", "citation"),
        "product": ("name_zh",),
        "evidence": ("text_found", "document"),
        "change": ("new_text",),
        "release_info": ("release_title_zh",),
    }.items():
        frame = tables[table]
        names = pl.Series("h", [HOSTILE[i % count] for i in range(frame.height)])
        tables[table] = frame.with_columns(names.alias(c) for c in columns)
    file = tmp_path_factory.mktemp("hostile") / "catalogue.html"
    file.write_text(catalogue(tables), "utf-8", newline="\n")
    return file


@pytest.mark.long
def test_hostile_names_stay_words(reader_of, hostile_file) -> None:
    reader = reader_of(hostile_file)
    for route in (*MAIN, "/source/mee_grid_co2", "/changes"):
        page = reader.open(route)
        assert page.title() != "taken", route
        assert page.locator("main script, main img, main iframe").count() == 0
        assert page.locator('a[href^="javascript:" i]').count() == 0
        text = page.locator("main").inner_text()
        assert not set(text) & set("\u202e\u200b\ufeff\u202c"), route


@pytest.mark.long
def test_a_hidden_character_is_named_and_hinders_no_search(reader_of, hostile_file) -> None:
    page = reader_of(hostile_file).open("/factors")
    for query, shown in (("电石", "[U+200B]"), ("evil", "[U+202E]")):
        page.locator("#q").fill(query)
        assert shown in " ".join(page.locator("table.factors .c-name").all_inner_texts())


@pytest.mark.long
def test_an_export_runs_nothing_in_a_spreadsheet(reader_of, hostile_file) -> None:
    page = reader_of(hostile_file).open("/factors?q=hyperlink")
    with page.expect_download() as waiting:
        page.locator("#export").click()
    with open(waiting.value.path(), encoding="utf-8-sig", newline="") as stream:
        text = stream.read()
    assert "=HYPERLINK" in text
    assert ",=HYPERLINK" not in text
    assert ',"=HYPERLINK' not in text


@pytest.mark.long
def test_a_large_catalogue_unpacks_itself(reader_of, release_folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("pipelines.serve.catalogue.columnar.READABLE_BYTES", 64)
    file = tmp_path / "catalogue.html"
    file.write_text(catalogue(tables_of(release_folder)), "utf-8", newline="\n")
    assert file.stat().st_size < (release_folder / "catalogue.html").stat().st_size
    assert READABLE_BYTES > 64
    page = reader_of(file).open("/factor/FKXQINR52EEF2")
    assert "0.5777" in page.locator(".headline").inner_text()


@pytest.mark.long
def test_a_file_cut_short_says_so(browser, catalogue_file, tmp_path) -> None:
    file = tmp_path / "catalogue.html"
    text = catalogue_file.read_text("utf-8")
    place = text.index('id="data-at-once"')
    file.write_text(text[: place + 2000] + "</script>" + text[text.rindex("<script>") :], "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("text=SHA256SUMS")
    page.close()


@pytest.mark.long
def test_nothing_leaves_the_page_even_with_a_network(browser, catalogue_file) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for route in MAIN:
        page.goto("about:blank")
        page.goto(f"{catalogue_file.as_uri()}#{route}")
        page.wait_for_selector("#main > *:not(h1):not(p)")
    tried = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'went', () => 'kept')")
    context.close()
    assert tried == "kept"
    assert {u.split("#")[0] for u in asked} <= {catalogue_file.as_uri(), "about:blank"}


def test_hostile_names_shut_nobody_out_and_run_nothing(reader_of, hostile_file) -> None:
    # What is always run of the tests above: one page with every hostile name, judged whole.
    page = reader_of(hostile_file, bypass_csp=True).open("/factors")
    assert page.title() != "taken"
    assert page.locator("main script, main img, main iframe").count() == 0
    text = page.locator("main").inner_text()
    assert not set(text) & set("\u202e\u200b\ufeff\u202c")
    assert "[U+202E]" in text
    assert serious(page) == []
