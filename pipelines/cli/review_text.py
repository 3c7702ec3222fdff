"""How the answers of ``tanyuan review`` read: the queue, a life, a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def queue(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    """The queue, one line per record: who said what, who is still asked, what the check holds."""
    if not rows:
        return "没有评审中的记录" if language == "zh" else "no record under review"
    day = "天" if language == "zh" else "d"
    return "\n".join(
        " ".join(
            [
                f"{r['subject_id']} {r[f'state_{language}']} ({r['state']}) {r['days']}{day}",
                r["submission_id"],
                r["record_key"],
                *(f"{n}={c}" for n, c in r["opinions"].items()),
                *(f"{n}=?" for n in r["assigned"] if n not in r["opinions"] and not r["verdict"]),
                *r["reason_codes"],
            ]
        )
        for r in rows
    )


def life(told: Mapping[str, Any], language: str) -> str:
    """A life: every round with its steps, what was said, what was decided."""
    zh = language == "zh"
    names = {name: said[language] for name, said in told["state_names"].items()}
    lines = [f"{told['subject_id']}  {names[told['state']]} ({told['state']})"]
    for number, one in enumerate(told["rounds"], start=1):
        head = f"第 {number} 轮" if zh else f"round {number}"
        lines.append(f"{head}  {one['submission_id']}  {one['record_hash']}")
        lines += [
            f"  {s['on']} {names[s['state']]} ({s['state']}) {s['by']} "
            f"({'账本' if zh else 'ledger'} {s['index']})"
            for s in one["steps"]
        ]
        for said in one["said"]:
            lines.append(f"  {said['by']}: {said['conclusion']} {said['reason']}".rstrip())
            lines += [
                f"    {j['criterion']} {j['level']}: {j['evidence']}" for j in said["judgements"]
            ]
        if one["decision"]:
            lines.append(f"  {one['decision']['by']}: {one['decision']['verdict']}")
            lines += [
                f"    {r['reason_code']} {r.get('field', '')} {r.get('cell', '')} "
                f"{r.get('note', '')}".rstrip()
                for r in one["decision"]["reasons"]
            ]
    if told["revisions"]:
        lines.append("改动" if zh else "revisions")
        lines += [
            f"  {r['acted_on']} {r['field_name']}: {r['text_before'] or '-'} → "
            f"{r['text_after'] or '-'} {', '.join(r['reason_codes'])}".rstrip()
            for r in told["revisions"]
        ]
    return "\n".join(lines)


def proof_lines(proof: Mapping[str, Any], language: str) -> str:
    """A proof as text: what it says and the hashes it needs."""
    zh = language == "zh"
    said = (
        f"{proof['id']} 是账本第 {proof['index']} 条（共 {proof['size']} 条）"
        if zh
        else f"{proof['id']} is entry {proof['index']} of a ledger of {proof['size']}"
    )
    return "\n".join(
        [said, f"  leaf {proof['leaf_hash']}", *(f"  path {h}" for h in proof["proof"]),
         f"  root {proof['root']}"]
    )  # fmt: skip
