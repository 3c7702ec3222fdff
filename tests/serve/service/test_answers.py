"""What a program gets from the service, and what nobody gets."""

from __future__ import annotations

import hashlib
import json
import re

import polars as pl
import pytest

from pipelines.serve.service import application
from tests.serve.asking import Asking

FOOTPRINT_OF_CHINA = "FKXQINR52EEF2"


def data(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def code(answer) -> str:
    return answer.json()["findings"][0]["code"]


def test_a_factor_comes_with_all_it_rests_on(client) -> None:
    found = data(client.get(f"/api/factors/{FOOTPRINT_OF_CHINA}"))
    assert found["value"] == 0.5777
    assert found["value_unit"] == "kgCO2e"
    assert found["evidence"][0]["text_found"] == "0.5777"
    assert found["factor_quality"][0]["dqr"] == 1.5
    assert found["source"][0]["citation"]
    assert found["decision"][0]["verdict"] == "admit"


def test_every_answer_names_its_release(client, release_folder) -> None:
    for address in (
        "/api",
        "/api/factors",
        f"/api/factors/{FOOTPRINT_OF_CHINA}",
        "/api/grades",
        "/api/footprints",
        "/api/releases",
        "/api/changes",
        "/api/downloads",
    ):
        answer = client.get(address)
        assert answer.json()["release"] == release_folder.name
        assert answer.headers["x-tanyuan-release"] == release_folder.name


def test_filters_narrow_and_pages_join_to_the_whole(client, release_folder) -> None:
    factor = pl.read_parquet(release_folder / "data" / "factor.parquet")
    wanted = factor.filter(factor_kind="energy_indirect_ef", region_code="640000")
    got, offset = [], 0
    while True:
        page = client.get("/api/factors", params={
            "kind": "energy_indirect_ef", "region": "640000", "limit": 2, "offset": offset,
        }).json()  # fmt: skip
        got += page["data"]
        offset += 2
        if offset >= page["total"]:
            break
    assert {r["factor_id"] for r in got} == set(wanted["factor_id"])
    assert len(got) == wanted.height
    by_year = client.get("/api/factors", params={"region": "640000", "year": 2022}).json()["data"]
    assert {r["reference_year"] for r in by_year} == {2022}


def test_a_look_up_says_why_and_what_was_passed_over(client) -> None:
    asked = {"flow": "electricity", "region": "640000", "year": 2023}
    found = data(client.get("/api/lookup", params=asked))
    assert found["factor"]["factor_kind"] == "footprint_factor"
    assert found["factor"]["region_code"] == "CN"
    assert found["factor"]["reference_year"] == 2023
    assert "时间更近" in found["reason_zh"]
    assert found["runners_up"]
    assert all(r["zh"] and r["en"] and r["factor_id"] for r in found["runners_up"])
    assert found["rule_version"]


def test_a_look_up_without_a_factor_says_uncovered_not_zero(client) -> None:
    asked = {"flow": "hydrogen", "region": "CN", "year": 2023}
    found = data(client.get("/api/lookup", params=asked))
    assert found["factor"] is None
    assert "不按零计" in found["reason_zh"]


def test_a_footprint_comes_line_by_line(client) -> None:
    found = data(client.get("/api/footprints/clinker-cn"))
    assert found["value"] == pytest.approx(sum(x["contribution"] or 0 for x in found["lines"]))
    assert all(line["selection"]["reason_zh"] for line in found["lines"])
    other = data(client.get("/api/footprints/clinker-cn", params={"gwp": "AR4"}))
    assert other["gwp_set"] == "AR4"
    assert len(data(client.get("/api/footprints"))) == 10


def test_a_withheld_grade_comes_with_reasons(client) -> None:
    found = data(client.get("/api/grades/clinker-cn"))
    assert found[0]["is_withheld"]
    assert found[0]["reasons_zh"]
    graded = {p["product_id"] for rule in data(client.get("/api/grades")) for p in rule["products"]}
    for product in data(client.get("/api/footprints")):
        found = data(client.get(f"/api/grades/{product['product_id']}"))
        assert bool(found) == (product["product_id"] in graded)


def test_downloads_are_the_verified_bytes(client, release_folder) -> None:
    files = {f["name"]: f for f in data(client.get("/api/downloads"))}
    for name in ("data/factor.parquet", "csv/factor.csv", "读我.md", "datapackage.json"):
        body = client.get(f"/downloads/{name}").content
        assert hashlib.sha256(body).hexdigest() == files[name]["sha256"]
        again = client.get(f"/downloads/{name}").content
        assert again == body


def test_the_page_is_the_file_of_the_release(client, release_folder) -> None:
    answer = client.get("/catalogue.html")
    assert answer.content == (release_folder / "catalogue.html").read_bytes()
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    again = client.get("/catalogue.html", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/").headers["location"] == "/catalogue.html"
    way = client.get(f"/factor/{FOOTPRINT_OF_CHINA}").headers["location"]
    assert way == f"/catalogue.html#/factor/{FOOTPRINT_OF_CHINA}"


@pytest.mark.parametrize("address", [
    "/api/factors/FAAAAAAAAAAAA", "/api/footprints/none", "/api/grades/none", "/nothing",
    "/api/lookup?flow=none&region=CN&year=2023", "/api/lookup?flow=electricity&region=X&year=2023",
    "/downloads/none", "/api/changes?to=2099.1.0",
])  # fmt: skip
def test_what_is_not_there_is_said_in_both_languages(client, address) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert code(answer) == "E-SRV-02"
    assert answer.json()["findings"][0]["zh"]
    assert answer.json()["findings"][0]["en"]


@pytest.mark.parametrize("address", [
    "/api/factors?limit=-1", "/api/factors?limit=9999", "/api/factors?kind=any", "/api/factors/x",
    "/api/factors?year=abc", "/api/factors?q=" + "a" * 300, "/api/lookup", "/api/changes?to=x",
    "/api/factors?region=CN'%20OR%201=1", "/api/factors?region=%00", "/api/footprints/..%2f..",
])  # fmt: skip
def test_a_parameter_that_is_not_acceptable_is_refused(client, address) -> None:
    answer = client.get(address)
    assert answer.status_code in {404, 422}
    assert code(answer) in {"E-SRV-05", "E-SRV-02"}


@pytest.mark.parametrize("text", [
    "'; DROP TABLE listing; --", "\" UNION SELECT * FROM information_schema.tables --",
    "%' OR '1'='1", "read_parquet('/etc/passwd')", "<script>alert(1)</script>",
    "\u202e\u200b电石", "\x00", "🤖" * 100,
])  # fmt: skip
def test_a_search_text_is_only_ever_a_text(client, text) -> None:
    answer = client.get("/api/factors", params={"q": text})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert client.get("/api/factors").json()["total"] > 700


@pytest.mark.parametrize("name", [
    "../../log/00000001.json", "..%2f..%2flog/00000001.json", "/etc/passwd",
    "data/../manifest.json",
    "%2e%2e/%2e%2e/ledger", "manifest.sig", "data", "", "SHA256SUMS%00",
])  # fmt: skip
def test_no_name_leads_out_of_the_release(client, name) -> None:
    answer = client.get(f"/downloads/{name}")
    assert answer.status_code == 404
    assert b"root:" not in answer.content


def test_nothing_but_reading_is_accepted(client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = client.request(method, "/api/factors")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
    head = client.head("/api/factors")
    assert head.status_code == 200
    assert head.content == b""


def test_every_answer_carries_the_headers_that_protect_a_reader(client) -> None:
    for address in (
        "/api",
        "/catalogue.html",
        "/nothing",
        "/api/factors?limit=0",
        "/downloads/读我.md",
    ):
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


def test_no_answer_knows_the_machine(client, shared_home) -> None:
    addresses = ["/api", "/api/releases", "/api/downloads", "/openapi.json", "/api/grades",
                 "/api/footprints/al-ingot-cn", "/nothing", "/api/factors?limit=200",
                 "/downloads/../x", "/api/changes?from=2020.1.0"]  # fmt: skip
    for address in addresses:
        text = client.get(address).text
        assert str(shared_home) not in text, address
        assert "Traceback" not in text
        assert not re.search(r"/(root|home|tmp|usr)/", text), address


def test_the_database_can_be_talked_into_nothing(releases) -> None:
    import duckdb

    con = releases.view.shelf._con.cursor()
    for statement in (
        "SELECT * FROM read_csv('/etc/passwd')", "COPY listing TO '/tmp/out.csv'",
        "ATTACH 'x.duckdb'", "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true",
        "SET memory_limit = '100GB'", "RESET lock_configuration",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error):
            con.execute(statement)
    tables = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert tables == [("listing",)]


def test_a_row_that_is_not_open_stays_shut(release_folder, releases) -> None:
    shelf = releases.view.shelf
    raw = pl.read_parquet(release_folder / "data" / "factor.parquet")
    assert set(shelf.tables["factor"]["data_class"]) == {"public"}
    assert shelf.tables["factor"].height == raw.height


def test_a_crowd_is_told_to_wait(releases, choose) -> None:
    with Asking(application(releases, choose, at_once=0)) as asking:
        answer = asking.get("/api/factors?q=crowd")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert code(answer) == "E-SRV-04"


def test_an_address_too_long_is_refused_before_it_is_read(client) -> None:
    answer = client.get("/api/factors?q=" + "a" * 5000)
    assert answer.status_code == 414
    answer = client.get("/api", headers={"x-much": "a" * 20000})
    assert answer.status_code == 431


def test_openapi_tells_columns_with_their_units(client) -> None:
    text = json.dumps(client.get("/openapi.json").json(), ensure_ascii=False)
    assert "因子值 | Value [@value_unit/@reference_unit]" in text
    assert "http://" not in text.replace("http://json-schema.org", "")
