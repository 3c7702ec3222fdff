"""A browser with the network off, and the catalogue of the shared release opened from disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


# Its library keeps an event loop running in this thread as long as it lives; other tests of
# the same process need a thread without one.
@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, one for a file of tests."""
    if not Path(CHROMIUM).is_file():
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Reader:
    """A page as one reader has it open; what it logged, requested and downloaded is kept."""

    def __init__(self, browser, file: Path, **more) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, "offline": True, **more}
        )
        self.page = self.context.new_page()
        self.file = file
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._logged)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _logged(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    def open(self, route: str = "/"):
        """Open a page of the catalogue and wait until it is drawn."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.file.as_uri()}#{route}")
        self.page.wait_for_selector("#main > *:not(h1):not(p)")
        return self.page

    def close(self) -> None:
        self.context.close()

    def check(self) -> None:
        """No error was logged and nothing was asked of any network."""
        assert self.troubles == []
        own = (self.file.as_uri(), "blob:", "data:", "about:")
        assert [u for u in self.requests if not u.startswith(own)] == []


@pytest.fixture
def reader_of(browser):
    """Opens readers on any catalogue file; each is checked and closed at the end."""
    made: list[Reader] = []

    def make(file: Path, **more) -> Reader:
        made.append(Reader(browser, file, **more))
        return made[-1]

    yield make
    for reader in made:
        reader.close()
    for reader in made:
        reader.check()


@pytest.fixture
def catalogue_file(release_folder: Path) -> Path:
    """The catalogue that the shared release carries."""
    return release_folder / "catalogue.html"


@pytest.fixture
def reader(reader_of, catalogue_file):
    """A reader of the shared release's catalogue, at a desk."""
    return reader_of(catalogue_file)
