"""Makes policies/steg2/steg2.ods of policies/steg2/steg2.xlsx. Needs pandas, openpyxl and odfpy."""

from pathlib import Path

import pandas as pd

folder = Path(__file__).parents[2] / "policies" / "steg2"
sheets = pd.read_excel(folder / "steg2.xlsx", sheet_name=None, dtype=object)
with pd.ExcelWriter(folder / "steg2.ods", engine="odf") as to:
    for name, sheet in sheets.items():
        sheet.to_excel(to, sheet_name=name, index=False)
