"""What the documents show is true: every command runs, every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines.cli import run_words
from pipelines.cli.presentation import Presentation
from pipelines.documents import DOCS, PAGES
from pipelines.settings import REPOSITORY

WRITTEN = (
    REPOSITORY / "README.md", DOCS / "start.md", DOCS / "grades.md", DOCS / "releases.md",
)  # fmt: skip
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[tuple[str, str]]:
    return [
        (page.name, line)
        for page in WRITTEN
        for found, body in BLOCK.findall(page.read_text("utf-8"))
        if found == kind
        for line in body.strip().splitlines()
    ]


@pytest.mark.parametrize(("page", "line"), blocks("sh"))
def test_every_shell_command_shown_runs(shared_home, monkeypatch, capsys, page, line) -> None:
    words = [w.replace("home/", f"{shared_home}/") for w in shlex.split(line)]
    if words[0] == "make":
        target = re.compile(rf"^{re.escape(words[1])}:", re.MULTILINE)
        assert target.search((REPOSITORY / "Makefile").read_text("utf-8")), page
    elif words[0] == "duckdb":
        with duckdb.connect(words[1], read_only=True) as con:
            assert con.execute(words[2]).fetchall(), page
    else:
        assert words[0] == ".venv/bin/tanyuan"
        monkeypatch.setenv("TANYUAN_HOME", str(shared_home))
        presentation, rest = Presentation.from_words(words[1:])
        assert run_words(rest, presentation) == 0, line
        assert capsys.readouterr().out.strip()


def expressions() -> list[tuple[str, str]]:
    return [
        (page.name, body)
        for page in WRITTEN
        for found, body in BLOCK.findall(page.read_text("utf-8"))
        if found == "python"
    ]


@pytest.mark.parametrize(("page", "line"), expressions())
def test_every_python_expression_shown_runs(shared_home, page, line) -> None:
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq

    names = {"polars": pl, "pandas": pd, "duckdb": duckdb, "parquet": pq}
    found = eval(line.replace("home/", f"{shared_home}/"), names)
    assert len(found), page


@pytest.mark.parametrize(("page", "line"), blocks("r"))
def test_every_r_line_shown_runs(shared_home, page, line) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    script = f"stopifnot(nrow({line.replace('home/', f'{shared_home}/')}) > 0)"
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, check=False)
    if b"there is no package" in done.stderr:
        pytest.skip("the R package arrow is not installed")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_up_to_date(name) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name]()


def test_every_link_leads_somewhere() -> None:
    for page in [REPOSITORY / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_names_both_commands_first() -> None:
    text = (REPOSITORY / "README.md").read_text("utf-8")
    assert text.index("make release") < text.index("make test") < text.index("## English")


def test_every_command_and_asset_is_in_the_documents() -> None:
    from pipelines.cli import GROUPS

    text = (DOCS / "commands.md").read_text("utf-8")
    for group in GROUPS:
        assert f"`tanyuan {group}" in text


def test_no_page_knows_the_machine_it_was_written_on() -> None:
    names = re.compile(r"/(work|root|home/[a-z]+|tmp)/")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in listed:
        path = REPOSITORY / name
        is_text = path.suffix in {".md", ".toml", ".py", ".csv", ".sql", ".jinja", ".yaml"}
        if is_text and Path(name).parts[0] != "tests":
            assert not names.search(path.read_text("utf-8")), name


def test_the_front_page_counts_what_the_release_holds(release_folder) -> None:
    told = re.search(
        r"(\d+) 个因子（入库 (\d+)、暂定 (\d+)），出自 (\d+) 个.*?(\d+) 个产品.*?(\d+) 条分级规则",
        (REPOSITORY / "README.md").read_text("utf-8"),
    )
    assert told
    with duckdb.connect(str(release_folder / "tanyuan.duckdb"), read_only=True) as con:
        held = con.execute(
            """SELECT count(*), count(*) FILTER (status = 'admitted'),
                      count(*) FILTER (status = 'provisional'), count(DISTINCT source_id),
                      (SELECT count(DISTINCT product_id) FROM footprint),
                      (SELECT count(*) FROM benchmark)
               FROM factor"""
        ).fetchone()
    assert tuple(map(int, told.groups())) == held
