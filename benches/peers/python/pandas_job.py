"""The job in pandas, as most analysts write it.   usage: pandas_job.py IN OUT [--plain]

IN is NDJSON, CSV or Parquet, OUT NDJSON or CSV, by their names. `--plain` ranks totals as they come out of the arithmetic.
"""

import sys

import numpy as np
import pandas as pd

path, to, *options = sys.argv[1:]
if path.endswith(".ndjson"):
    table = pd.read_json(path, lines=True)
elif path.endswith(".csv"):
    table = pd.read_csv(path)
else:
    table = pd.read_parquet(path)

# The gates failed are one of eight lists, looked up rather than made row by row.
fails = {"needs": table.needs < 1, "in_roadmap": ~table.in_roadmap, "phase": ~table.phase.between(2, 4)}
lists = [[gate for bit, gate in enumerate(fails) if code >> bit & 1] for code in range(8)]
looked_up = np.empty(8, dtype=object)
looked_up[:] = ["; ".join(gates) for gates in lists] if to.endswith(".csv") else lists
code = sum(fail.to_numpy().astype(int) << bit for bit, fail in enumerate(fails.values()))
table["failed"] = looked_up[code]
table["status"] = np.where(code == 0, "ranked", "not-eligible")
goal = table[["q1", "q2"]].mean(axis=1)
cost = table[["q3", "q4", "q5"]].mean(axis=1)
benefit = table[["q6", "q7", "q8"]].mean(axis=1)
total = (goal + cost + benefit) / 3
table["goal"], table["cost"], table["benefit"] = goal.round(6), cost.round(6), benefit.round(6)
table["total"] = total if "--plain" in options else total.round(6)

ranked = table[code == 0].sort_values(["total", "q6", "id"], ascending=[False, False, True])
table["rank"] = pd.Series(np.arange(1, len(ranked) + 1), index=ranked.index, dtype="Int64")
kept = 4 * ranked.p50.cumsum() <= ranked.p50.sum()
selection = pd.Series(np.where(kept, "kept", "cut"), index=ranked.index)
table["selection"] = selection.reindex(table.index, fill_value="out")

rows = table[["id", "status", "failed", "goal", "cost", "benefit", "total", "rank", "selection"]]
if to.endswith(".csv"):
    rows.round({"total": 6}).to_csv(to, index=False)
else:
    rows.to_json(to, orient="records", lines=True, double_precision=6)
