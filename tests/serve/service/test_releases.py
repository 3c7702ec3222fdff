"""Which release is served: the newest that verifies; a damaged one changes nothing."""

from __future__ import annotations

import threading
import weakref

from pipelines.cli.catalogue import verified_apart
from pipelines.serve.service import Releases, application
from pipelines.serve.service.pauses import without_collections
from tests.serve.asking import Asking, next_release, sums_hold


def opened(home, verify=sums_hold, withdrawn=None) -> Releases:
    found = Releases(home, verify, withdrawn)
    found.refresh()
    return found


def test_a_newer_release_that_verifies_is_served_next(light_home, choose) -> None:
    releases = opened(light_home)
    with Asking(application(releases, choose)) as client:
        assert client.get("/api").json()["release"] == "2026.1.0"
        name = next_release(light_home, 1)
        assert releases.refresh()
        assert client.get("/api").json()["release"] == name
        assert client.get("/api/factors?q=electricity").json()["release"] == name
        states = {r["release_id"]: r["state"] for r in client.get("/api/releases").json()["data"]}
        assert states == {"2026.1.1": "served", "2026.1.0": "verified"}
    assert not releases.refresh()


def test_a_damaged_newer_release_is_told_of_and_not_served(light_home, choose) -> None:
    releases = opened(light_home)
    name = next_release(light_home, 1, damaged=True)
    assert releases.refresh()
    with Asking(application(releases, choose)) as client:
        answer = client.get("/api").json()
        assert answer["release"] == "2026.1.0"
        assert [r["release_id"] for r in answer["data"]["not_served"]] == [name]
        assert answer["data"]["not_served"][0]["reason"]["code"] == "E-SRV-06"
        assert client.get("/api/changes", params={"to": name}).status_code == 409


def test_a_damaged_release_that_is_mended_is_served(light_home) -> None:
    releases = opened(light_home)
    name = next_release(light_home, 1, damaged=True)
    releases.refresh()
    good = light_home / "releases" / "2026.1.0" / "data" / "factor.parquet"
    (light_home / "releases" / name / "data" / "factor.parquet").write_bytes(good.read_bytes())
    assert releases.refresh()
    assert releases.view.shelf.release_id == name


def test_the_release_served_outlives_its_folder(light_home, choose) -> None:
    releases = opened(light_home)
    path = light_home / "releases" / "2026.1.0" / "data" / "factor.parquet"
    path.write_bytes(b"gone")
    releases.refresh()
    with Asking(application(releases, choose)) as client:
        assert client.get("/api/factors/FKXQINR52EEF2").json()["data"]["value"] == 0.5777
        answer = client.get("/downloads/data/factor.parquet")
        assert answer.status_code == 503
        assert answer.json()["findings"][0]["code"] == "E-SRV-10"


def test_a_withdrawn_release_gives_way_to_the_one_before(light_home, choose) -> None:
    reasons: dict[str, str] = {}
    name = next_release(light_home, 1)
    releases = opened(light_home, withdrawn=lambda: reasons)
    assert releases.view.shelf.release_id == name
    reasons[name] = "勘误"
    assert releases.refresh()
    with Asking(application(releases, choose)) as client:
        answer = client.get("/api").json()
        assert answer["release"] == "2026.1.0"
        assert answer["data"]["not_served"][0]["state"] == "withdrawn"
        refused = client.get("/api/changes", params={"to": name})
        assert refused.status_code == 409
        assert refused.json()["findings"][0]["code"] == "E-SRV-07"
        assert "勘误" in refused.json()["findings"][0]["zh"]


def test_a_release_is_prepared_before_it_is_switched_to(light_home) -> None:
    seen = []

    def prepare(shelf) -> None:
        seen.append((shelf.release_id, releases.view and releases.view.shelf.release_id))

    releases = Releases(light_home, sums_hold, None, prepare)
    assert releases.refresh()
    name = next_release(light_home, 1)
    assert releases.refresh()
    assert seen == [("2026.1.0", None), (name, "2026.1.0")]


def test_a_release_that_gave_way_is_let_go_without_a_collection(light_home) -> None:
    releases = opened(light_home)
    old = weakref.ref(releases.view.shelf)
    next_release(light_home, 1)
    with without_collections():
        assert releases.refresh()
        assert old() is None


def test_changes_between_releases_are_those_of_each_step(light_home, choose) -> None:
    next_release(light_home, 1)
    last = next_release(light_home, 2)
    releases = opened(light_home)
    with Asking(application(releases, choose)) as client:
        whole = client.get("/api/changes", params={"from": "2026.1.0", "to": last}).json()["data"]
        step = client.get("/api/changes", params={"to": last}).json()["data"]
        assert {r["release"] for r in whole} == {"2026.1.1", "2026.1.2"}
        assert len(whole) == 2 * len(step)
        backwards = client.get("/api/changes", params={"from": last, "to": "2026.1.0"})
        assert backwards.status_code == 409


def test_a_broken_log_entry_is_passed_over(light_home) -> None:
    releases = opened(light_home)
    (light_home / "log" / "00000002.json").write_text("{not json", "utf-8")
    releases.refresh()
    assert releases.view.shelf.release_id == "2026.1.0"


def test_an_empty_home_serves_nothing_and_says_so(tmp_path, choose) -> None:
    releases = opened(tmp_path)
    assert releases.view is None
    with Asking(application(releases, choose)) as client:
        answer = client.get("/api")
        assert answer.status_code == 503
        assert answer.json()["findings"][0]["code"] == "E-SRV-01"


def test_the_verifier_itself_decides(shared_home, own_release) -> None:
    assert verified_apart(own_release)
    path = own_release / "data" / "factor.parquet"
    body = bytearray(path.read_bytes())
    body[100] ^= 1
    path.write_bytes(bytes(body))
    assert not verified_apart(own_release)


def test_a_switch_under_load_mixes_nothing(light_home, choose) -> None:
    releases = opened(light_home)
    seen: set[tuple[str, str]] = set()
    bad: list[str] = []
    over = threading.Event()

    def ask(client: Asking, number: int) -> None:
        while not over.is_set():
            answer = client.get(f"/api/factors?q=electricity&offset={number}")
            if answer.status_code != 200:
                bad.append(answer.text)
            seen.add((answer.headers["x-tanyuan-release"], answer.json()["release"]))

    with Asking(application(releases, choose)) as client:
        threads = [threading.Thread(target=ask, args=(client, k)) for k in range(4)]
        for thread in threads:
            thread.start()
        for number in (1, 2):
            next_release(light_home, number)
            assert releases.refresh()
        over.wait(0.3)
        over.set()
        for thread in threads:
            thread.join()
    assert bad == []
    assert all(head == body for head, body in seen)
    assert ("2026.1.2", "2026.1.2") in seen
