"""The job in Polars.   usage: polars_job.py IN OUT [--plain]

IN is NDJSON, CSV or Parquet, OUT NDJSON or CSV, by their names. `--plain` ranks totals as they come out of the arithmetic.
"""

import sys

import polars as pl
from polars import col

path, to, *options = sys.argv[1:]
schema = {"id": pl.String, "area": pl.String, "phase": pl.Int32, "in_roadmap": pl.Boolean, "needs": pl.Int32}
schema |= {f"q{question}": pl.Float64 for question in range(1, 9)} | {"p50": pl.Int64}

if path.endswith(".ndjson"):
    records = pl.scan_ndjson(path, schema=schema)
elif path.endswith(".csv"):
    records = pl.scan_csv(path, schema=schema)
else:
    records = pl.scan_parquet(path)

# The gates failed are one of eight lists, looked up: making a list for each row takes 60 times as long.
fails = {"needs": col("needs") < 1, "in_roadmap": ~col("in_roadmap"), "phase": ~col("phase").is_between(2, 4)}
lists = [[gate for bit, gate in enumerate(fails) if code >> bit & 1] for code in range(8)]
code = sum(fail.cast(pl.UInt8) * (1 << bit) for bit, fail in enumerate(fails.values()))
total = (col("goal") + col("cost") + col("benefit")) / 3
scored = records.with_columns(
    failed=pl.lit(pl.Series(lists, dtype=pl.List(pl.String))).gather(code),
    goal=(col("q1") + col("q2")) / 2,
    cost=(col("q3") + col("q4") + col("q5")) / 3,
    benefit=(col("q6") + col("q7") + col("q8")) / 3,
    admitted=~pl.any_horizontal(*fails.values()),
).with_columns(total=total if "--plain" in options else total.round(6))
kept = 4 * col("p50").cum_sum() <= col("p50").sum()
ranked = (
    scored.filter("admitted")
    .sort("total", "q6", "id", descending=[True, True, False])
    .with_row_index("rank", offset=1)
    .with_columns(status=pl.lit("ranked"), selection=pl.when(kept).then(pl.lit("kept")).otherwise(pl.lit("cut")))
)
others = scored.filter(~col("admitted")).with_columns(
    rank=pl.lit(None, dtype=pl.get_index_type()), status=pl.lit("not-eligible"), selection=pl.lit("out")
)
failed = col("failed").list.join("; ") if to.endswith(".csv") else col("failed")
numbers = [col(name).round(6) for name in ("goal", "cost", "benefit", "total")]
columns = [col("id"), col("status"), failed, *numbers, col("rank"), col("selection")]
rows = pl.concat([ranked.select(columns), others.select(columns)])
if to.endswith(".csv"):
    rows.sink_csv(to, maintain_order=False)
else:
    rows.sink_ndjson(to, maintain_order=False)
