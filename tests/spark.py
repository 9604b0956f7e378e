"""`make spark`: a small market exported, and the same figures asked of DuckDB and of Spark in local mode.

Spark lives in an environment of its own, since no wheel of it could be locked; it needs Java.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from exchange.export.exporting import export
from exchange.instant import DAY_US
from tests.desk.floor import Trader, open_market, open_sector, wait

ASK_SPARK = """
import json, sys
from pyspark.sql import SparkSession
from pyspark.sql.functions import count, sum

spark = SparkSession.builder.master("local[2]").appName("leads").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
fills = spark.read.parquet(sys.argv[1])
rows = fills.groupBy("sector").agg(count("*"), sum("ask_cents")).orderBy("sector").collect()
print("FIGURES " + json.dumps([list(row) for row in rows]))
"""
ASK_DUCKDB = """
SELECT sector, count(*), sum(ask_cents)::BIGINT FROM read_parquet('{}/**/*.parquet', hive_partitioning = true)
GROUP BY sector ORDER BY sector
"""


def main(python: str) -> None:
    """Print both; ends with 1 where they differ or Spark does not answer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "fills"
        desk = open_market("sqlite://")
        open_sector(desk, "bu", vat_bp=0)
        Trader(desk, seed=5).trade(150)
        Trader(desk, seed=6, sector="bu").trade(80)
        wait(desk, 60 * DAY_US)
        for sector in ("pv", "bu"):
            desk.settle(sector)
        export(desk.store, ["fills"], Path(name), format_="parquet")
        ours = [list(row) for row in duckdb.sql(ASK_DUCKDB.format(folder)).fetchall()]
        told = subprocess.run([python, "-c", ASK_SPARK, str(folder)], capture_output=True, text=True, check=False)
    said = [line for line in told.stdout.splitlines() if line.startswith("FIGURES ")]
    if not said:
        sys.exit(f"Spark did not answer (is Java there?):\n{told.stderr[-2000:]}")
    theirs = json.loads(said[0].removeprefix("FIGURES "))
    print(f"DuckDB {ours}\nSpark  {theirs}")
    if ours != theirs:
        sys.exit("they differ")


if __name__ == "__main__":
    main(sys.argv[1])
