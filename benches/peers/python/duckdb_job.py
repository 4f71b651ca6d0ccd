"""The job in DuckDB.   usage: duckdb_job.py IN OUT [--plain]

IN is NDJSON, CSV or Parquet, OUT NDJSON or CSV, by their names. `--plain` ranks totals as they come out of the arithmetic.
`duckdb_job.py parquet CSV PARQUET` makes Parquet of the records.
"""

import sys
from pathlib import Path

import duckdb

FIELDS = {"id": "VARCHAR", "area": "VARCHAR", "phase": "INTEGER", "in_roadmap": "BOOLEAN", "needs": "INTEGER"}
FIELDS |= {f"q{question}": "DOUBLE" for question in range(1, 9)} | {"p50": "BIGINT"}


def source(path):
    if path.endswith(".ndjson"):
        return f"read_json('{path}', format = 'newline_delimited', columns = {FIELDS})"
    if path.endswith(".csv"):
        return f"read_csv('{path}', header = true, columns = {FIELDS})"
    return f"read_parquet('{path}')"


def job(path, to, plain):
    total = "(goal + cost + benefit) / 3"
    parts = {
        "IN": source(path),
        "OUT": to,
        "TOTAL": total if plain else f"round({total}, 6)",
        "FAILED": "array_to_string(failed, '; ')" if to.endswith(".csv") else "failed",
        "OPTIONS": "FORMAT csv, HEADER" if to.endswith(".csv") else "FORMAT json",
    }
    statement = Path(__file__).with_name("job.sql").read_text()
    for name, part in parts.items():
        statement = statement.replace(f"@{name}@", part)
    return statement


match sys.argv[1:]:
    case ["parquet", path, to]:
        fields = "* REPLACE (phase::TINYINT AS phase, needs::TINYINT AS needs, p50::SMALLINT AS p50)"
        duckdb.execute(f"COPY (SELECT {fields} FROM {source(path)}) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")
    case [path, to, *options]:
        # The order of rows is free, and DuckDB is faster without keeping it.
        duckdb.execute("SET preserve_insertion_order = false")
        duckdb.execute(job(path, to, "--plain" in options))
