"""Looking factors up in a published release, straight from its Parquet files.

Belongs here: search, one factor, its history, and the chain from a published number back
to the cell it was read from. Does not belong here: choosing a factor for an activity
(``pipelines.footprint``) and any writing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 50
DEEPEST = 8


class Library:
    """A release folder opened for reading.

    Example:
        ``Library(folder).search("电力", region="640000")`` gives the factors of Ningxia
        whose name, flow or category holds 电力, newest data first.
    """

    def __init__(self, folder: Path) -> None:
        """Open a release folder; nothing is read yet."""
        self.folder = folder
        self._con = duckdb.connect(config={"threads": 1})
        self._con.execute("SET ieee_floating_point_ops = false")

    def _rows(self, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
        cursor = self._con.execute(sql, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _file(self, table: str) -> str:
        return str(self.folder / "data" / f"{table}.parquet")

    def search(
        self,
        query: str,
        *,
        region: str | None = None,
        year: int | None = None,
        kind: str | None = None,
        limit: int = SHOWN,
    ) -> tuple[list[dict[str, Any]], int]:
        """Factors whose id, names, flow, category or synonyms hold a text.

        Args:
            query: part of an id, name, flow, category or synonym; case does not matter.
            region: region code.
            year: a year within the data period, or the reference year.
            kind: factor kind.
            limit: how many rows to return at most.

        Returns:
            Rows of the ``factor`` table (the columns a reader needs first), those whose
            name equals the text first, then the newest data; and the number in all.
        """
        sql = """
            WITH hit AS (
              SELECT f.*, list_contains(list_transform(w.aliases, lambda a: lower(a)), $1)
                       OR lower(f.name_zh) = $1 OR lower(f.name_en) = $1 AS is_exact
              FROM read_parquet($2) f LEFT JOIN read_parquet($3) w USING (flow_id)
              WHERE (lower(f.factor_id) = $1 OR contains(lower(f.name_zh), $1)
                  OR contains(lower(f.name_en), $1) OR contains(f.flow_id, $1)
                  OR contains(f.category_id, $1)
                  OR len(list_filter(w.aliases, lambda a: contains(lower(a), $1))) > 0)
                AND ($4 IS NULL OR f.region_code = $4)
                AND ($5 IS NULL OR f.reference_year = $5
                     OR year(f.data_start) <= $5 AND $5 <= year(f.data_end))
                AND ($6 IS NULL OR f.factor_kind = $6)
            )
            SELECT factor_id, version, status, name_zh, name_en, value, value_unit,
                   reference_unit, factor_kind, boundary, gwp_set, region_code,
                   reference_year, source_id, edition, flags, count(*) OVER () AS hits
            FROM hit
            ORDER BY is_exact DESC NULLS LAST, data_end DESC NULLS LAST, factor_id
            LIMIT $7
        """
        found = self._rows(
            sql,
            [query.lower(), self._file("factor"), self._file("flow"), region, year, kind, limit],
        )
        total = int(found[0]["hits"]) if found else 0
        return [{k: v for k, v in row.items() if k != "hits"} for row in found], total

    def factor(self, factor_id: str) -> dict[str, Any] | None:
        """The newest version of a factor with its gases, CO2e by set, quality and source."""
        rows = self._rows(
            "SELECT * FROM read_parquet($1) WHERE factor_id = $2 "
            "ORDER BY string_split(version, '.')::INTEGER[] DESC LIMIT 1",
            [self._file("factor"), factor_id],
        )
        if not rows:
            return None
        found = rows[0]
        key = [factor_id, found["version"]]
        for table, wanted in (
            ("factor_gas", "gas, mass, mass_lower95, mass_upper95"),
            ("factor_co2e", "gwp_set, co2e, co2_biogenic_apart"),
            ("factor_quality", "* EXCLUDE (factor_id, version)"),
        ):
            found[table] = self._rows(
                f"SELECT {wanted} FROM read_parquet($1) WHERE factor_id = $2 AND version = $3 "
                "ORDER BY ALL",
                [self._file(table), *key],
            )
        found["source"] = self._rows(
            "SELECT * FROM read_parquet($1) WHERE source_id = $2 AND edition = $3",
            [self._file("source"), found["source_id"], found["edition"]],
        )
        return found

    def ids_like(self, text: str) -> list[str]:
        """Up to three factor ids nearest to a text."""
        return [
            row["factor_id"]
            for row in self._rows(
                "SELECT DISTINCT factor_id, levenshtein(factor_id, $2) AS far "
                "FROM read_parquet($1) ORDER BY far, factor_id LIMIT 3",
                [self._file("factor"), text.upper()],
            )
        ]

    def trace(self, record_id: str) -> list[dict[str, Any]]:
        """The chain from a published number to the cell it was read from.

        Args:
            record_id: id of a factor or parameter, with or without ``@version``.

        Returns:
            One entry per step, depth first: ``depth``, ``kind`` (published, step, read,
            gas, decision), ``id``, ``what``, ``value``, ``where``. Parents follow their
            child, one deeper.
        """
        return self._walk(record_id.split("@", 1)[0], 0, set())

    def _walk(self, record_id: str, depth: int, seen: set[str]) -> list[dict[str, Any]]:
        if record_id in seen or depth > DEEPEST:
            return []
        seen.add(record_id)
        record = self._record(record_id)
        if record is None:
            return []
        chain = [
            {
                "depth": depth,
                "kind": "published",
                "id": f"{record_id}@{record['version']}",
                "what": record["name_zh"],
                "value": f"{record['value']!r} {record['unit']}",
                "where": f"{record['source_id']} {record['edition']}",
            }
        ]
        evidence_ids = [record["evidence_id"], *self._gas_evidence(record_id)]
        parents: list[str] = []
        for evidence_id in dict.fromkeys(evidence_ids):
            steps, more = self._evidence(evidence_id, depth)
            chain += steps
            parents += more
        if record_id.startswith("F"):
            chain += self._decision(record["decision_id"], depth)
        for parent in dict.fromkeys(parents):
            chain += self._walk(parent.split("@", 1)[0], depth + 1, seen)
        return chain

    def _record(self, record_id: str) -> dict[str, Any] | None:
        if record_id.startswith("P"):
            sql = (
                "SELECT version, name_zh, parameter_value AS value, parameter_unit AS unit, "
                "source_id, edition, evidence_id FROM read_parquet($1) WHERE parameter_id = $2"
            )
            rows = self._rows(sql, [self._file("parameter"), record_id])
        else:
            sql = (
                "SELECT version, name_zh, value, value_unit || '/' || reference_unit AS unit, "
                "source_id, edition, evidence_id, decision_id FROM read_parquet($1) "
                "WHERE factor_id = $2 ORDER BY string_split(version, '.')::INTEGER[] DESC"
            )
            rows = self._rows(sql, [self._file("factor"), record_id])
        return rows[0] if rows else None

    def _gas_evidence(self, factor_id: str) -> list[str]:
        rows = self._rows(
            "SELECT DISTINCT evidence_id FROM read_parquet($1) WHERE factor_id = $2 ORDER BY 1",
            [self._file("factor_gas"), factor_id],
        )
        return [row["evidence_id"] for row in rows]

    def _evidence(self, evidence_id: str, depth: int) -> tuple[list[dict[str, Any]], list[str]]:
        rows = self._rows(
            "SELECT * FROM read_parquet($1) WHERE evidence_id = $2",
            [self._file("evidence"), evidence_id],
        )
        chain: list[dict[str, Any]] = []
        parents: list[str] = []
        for row in rows:
            chain += [
                {
                    "depth": depth,
                    "kind": "step",
                    "id": evidence_id,
                    "what": step.get("step", ""),
                    "value": step.get("constant", ""),
                    "where": step.get("source", ""),
                }
                for step in reversed(json.loads(row["steps"]))
            ]
            chain.append(
                {
                    "depth": depth,
                    "kind": "read",
                    "id": evidence_id,
                    "what": " ".join(filter(None, (row["document"], row["place"]))),
                    "value": f"{row['text_found']} {row['unit_found']}",
                    "where": f"{row['file_name']} {row['locator']} "
                    f"sha256:{row['file_sha256'][:16]}"
                    + (f"; {row['seen_in']}" if row["seen_in"] else ""),
                }
            )
            parents += row["parents"] or []
        return chain, parents

    def _decision(self, decision_id: str, depth: int) -> list[dict[str, Any]]:
        rows = self._rows(
            "SELECT * FROM read_parquet($1) WHERE decision_id = $2",
            [self._file("decision"), decision_id],
        )
        return [
            {
                "depth": depth,
                "kind": "decision",
                "id": decision_id,
                "what": f"{row['verdict']} ({row['decision_kind']}: {row['policy_id']})",
                "value": f"ledger {row['ledger_index']}",
                "where": f"{row['decided_on']} record {row['record_hash'][:16]}",
            }
            for row in rows
        ]
