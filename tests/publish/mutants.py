"""Ways a release folder can be altered behind its publisher's back, drawn by number."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.identity import canonical_json
from pipelines.publish.verify import PURPOSE, file_hash, sums_text
from pipelines.signing import PUBLISHER, REVIEWER, keyring_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Undo = Callable[[], None]


def files_of(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def replaced(path: Path, body: bytes) -> Undo:
    """Write other bytes; the file gets an inode of its own, so copies stay as they are."""
    before = path.read_bytes()

    def write(bytes_: bytes) -> None:
        path.unlink()
        path.write_bytes(bytes_)

    write(body)
    return lambda: write(before)


def flip(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    """One bit of one file; small files are drawn as often as large ones."""
    path = dice.choice([p for p in files_of(folder) if p.stat().st_size])
    body = bytearray(path.read_bytes())
    at = dice.randrange(len(body) * 8)
    body[at // 8] ^= 1 << at % 8
    return f"bit {at} of {path.name}", replaced(path, bytes(body))


def truncate(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    path = dice.choice([p for p in files_of(folder) if p.stat().st_size])
    size = dice.randrange(path.stat().st_size)
    return f"{path.name} cut to {size}", replaced(path, path.read_bytes()[:size])


def lengthen(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    path = dice.choice(files_of(folder))
    more = dice.choice([b"\n", b" ", b"\0", path.read_bytes()[:64] or b"x"])
    return f"{path.name} longer", replaced(path, path.read_bytes() + more)


def swap(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    one, two = dice.sample(files_of(folder), 2)
    while one.read_bytes() == two.read_bytes():
        one, two = dice.sample(files_of(folder), 2)
    first, second = one.read_bytes(), two.read_bytes()
    back_one, back_two = replaced(one, second), replaced(two, first)

    def undo() -> None:
        back_one()
        back_two()

    return f"{one.name} for {two.name}", undo


def lose(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    path = dice.choice(files_of(folder))
    body = path.read_bytes()
    path.unlink()

    def undo() -> None:
        path.write_bytes(body)

    return f"{path.name} lost", undo


def slip_in(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    beside = dice.choice(files_of(folder))
    path = beside.with_name(dice.choice([".hidden", "extra.parquet", f"{beside.name}~"]))
    path.write_bytes(b"x")
    return f"{path.name} slipped in", path.unlink


def link_out(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    """The right bytes, but from elsewhere: what a link points to can change later."""
    path = dice.choice(files_of(folder))
    outside = folder.parent / "outside"
    shutil.copyfile(path, outside)
    path.unlink()
    path.symlink_to(outside)

    def undo() -> None:
        path.unlink()
        shutil.copyfile(outside, path)

    return f"{path.name} linked out", undo


def respell(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    """The same meaning written otherwise: spaces in JSON, upper-case hexadecimal, CRLF."""
    name = dice.choice(["manifest.json", "manifest.sig", "SHA256SUMS", "ledger-leaves"])
    path = folder / name
    body = path.read_bytes()
    if name.startswith("manifest"):
        other = body.replace(b":", b": ", 1) if dice.random() < 0.5 else body + b"\n"
    else:
        other = body.upper() if dice.random() < 0.5 else body.replace(b"\n", b"\r\n")
    return f"{name} respelt", replaced(path, other)


def several(folder: Path, bodies: dict[str, bytes]) -> Undo:
    """Other bytes in several files at once."""
    backs = [replaced(folder / name, body) for name, body in bodies.items()]

    def undo() -> None:
        for back in backs:
            back()

    return undo


def sign_again(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    """The same statement under other keys, or a signature taken away, or given twice."""
    signed = json.loads((folder / "manifest.sig").read_bytes())
    forger = keyring_of(folder.parent / "forger")
    forged = [
        [forger.keys[role].sign(PURPOSE, signed["statement"]) for role in (PUBLISHER, REVIEWER)],
        [],
        [{"role": PUBLISHER}],
        [{**one, "public_key": forger.keys[PUBLISHER].public_key} for one in signed["signatures"]],
        [{**one, "signature": one["signature"][::-1]} for one in signed["signatures"]],
    ]
    number = dice.randrange(len(forged))
    body = canonical_json({**signed, "signatures": forged[number]})
    return f"forged signatures {number}", replaced(folder / "manifest.sig", body)


def seal_again(folder: Path, dice: random.Random) -> tuple[str, Undo]:
    """One byte of one file changed, and everything above it made to fit, by a forger's keys."""
    paths = [p for p in files_of(folder) if p.stat().st_size and p.name not in SEALS]
    path = dice.choice(paths)
    body = bytearray(path.read_bytes())
    body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    kept = {name: (folder / name).read_bytes() for name in SEALS}
    name = path.relative_to(folder).as_posix()
    back = replaced(path, bytes(body))
    manifest = json.loads(kept["manifest.json"])
    for file in manifest["files"]:
        if file["name"] == name:
            file["sha256"] = file_hash(path)
    hashes = {file["name"]: file["sha256"] for file in manifest["files"]}
    text = canonical_json(manifest)
    hashes["manifest.json"] = hashlib.sha256(text).hexdigest()
    bodies = {"manifest.json": text, "SHA256SUMS": sums_text(hashes)}
    statement = {
        **json.loads(kept["manifest.sig"])["statement"],
        "manifest_sha256": hashes["manifest.json"],
        "sums": {"SHA256SUMS": hashlib.sha256(bodies["SHA256SUMS"]).hexdigest(),
                 "SM3SUMS": file_hash(folder / "SM3SUMS")},
    }  # fmt: skip
    ring = keyring_of(folder.parent / "forger")
    made = [ring.keys[role].sign(PURPOSE, statement) for role in (PUBLISHER, REVIEWER)]
    bodies["manifest.sig"] = canonical_json({"statement": statement, "signatures": made})
    undo = several(folder, bodies)

    def undo_all() -> None:
        undo()
        back()

    return f"{path.name} changed and sealed again", undo_all


SEALS = ("manifest.json", "SHA256SUMS", "SM3SUMS", "manifest.sig")
KINDS = (
    flip, flip, flip, flip, truncate, lengthen, swap, lose, slip_in, link_out, respell,
    sign_again, seal_again,
)  # fmt: skip


@contextmanager
def mutant(folder: Path, number: int) -> Iterator[str]:
    """The folder altered in the way a number draws, and back as it was afterwards."""
    dice = random.Random(number)
    what, undo = KINDS[number % len(KINDS)](folder, dice)
    try:
        yield what
    finally:
        undo()
