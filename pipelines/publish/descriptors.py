"""Descriptions of a release for machines: Data Package v2 and Croissant 1.0.

Source:
    Data Package standard v2 (datapackage.org); MLCommons Croissant format 1.0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemas.render.frictionless import table_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from schemas.table import Table

_CROISSANT_TYPES = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}


# The context the format prescribes, word for word.
_PLAIN = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject",
    "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField",
    "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
    "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _PLAIN},
}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def write_datapackage(
    folder: Path,
    tables: Iterable[Table],
    info: Mapping[str, Any],
    sources: Iterable[Mapping[str, Any]],
    hashes: Mapping[str, tuple[str, int]],
) -> None:
    """Write ``datapackage.json``.

    Args:
        folder: the release folder.
        tables: the tables published as ``data/<name>.parquet``.
        info: the row of ``release_info``.
        sources: rows of ``source``.
        hashes: SHA-256 and size of each Parquet file by table.
    """
    titles = dict.fromkeys((s["citation"], s["url"]) for s in sources)
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tanyuan",
        "title": info["release_title_en"],
        "title_zh": info["release_title_zh"],
        "version": info["release_id"],
        "created": f"{info['released_on']}T00:00:00Z",
        "description": info["note_en"],
        "description_zh": info["note_zh"],
        "sources": [{"title": t, **({"path": u} if u else {})} for t, u in titles],
        "resources": [
            {
                "name": table.name,
                "path": f"data/{table.name}.parquet",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "hash": f"sha256:{hashes[table.name][0]}",
                "bytes": hashes[table.name][1],
                "title": table.title_en,
                "title_zh": table.title_zh,
                "description": table.meaning_en,
                "description_zh": table.meaning_zh,
                "schema": table_schema(table),
            }
            for table in tables
        ],
    }
    _write(folder / "datapackage.json", package)


def write_croissant(
    folder: Path,
    tables: Iterable[Table],
    info: Mapping[str, Any],
    hashes: Mapping[str, tuple[str, int]],
) -> None:
    """Write ``croissant.json``; arguments as for ``write_datapackage``."""
    files, records = [], []
    for table in tables:
        file_id = f"{table.name}.parquet"
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": file_id,
                "name": file_id,
                "contentUrl": f"data/{file_id}",
                "encodingFormat": "application/x-parquet",
                "sha256": hashes[table.name][0],
                "contentSize": f"{hashes[table.name][1]} B",
            }
        )
        records.append(
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": f"{table.meaning_zh} {table.meaning_en}",
                "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{table.name}/{field.name}",
                        "name": field.name,
                        "description": f"{field.meaning_zh} {field.meaning_en}"
                        + (f" [{field.unit}]" if field.unit else ""),
                        "dataType": _CROISSANT_TYPES.get(field.kind, "sc:Text"),
                        **({"repeated": True} if field.kind == "texts" else {}),
                        "source": {
                            "fileObject": {"@id": file_id},
                            "extract": {"column": field.name},
                        },
                    }
                    for field in table
                ],
            }
        )
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "tanyuan",
        "alternateName": info["release_title_zh"],
        "description": f"{info['release_title_en']}. {info['note_en']}",
        "version": info["release_id"],
        "datePublished": str(info["released_on"]),
        "license": "LICENSE.md",
        "citeAs": f"tanyuan 碳源·探源. {info['release_title_en']}, release "
        f"{info['release_id']}, {info['released_on']}.",
        "distribution": files,
        "recordSet": records,
    }
    _write(folder / "croissant.json", document)
