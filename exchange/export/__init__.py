"""The market as files for analysis: Parquet or CSV, partitioned by sector and day, without personal data.

`columns` is the published shape, `files` writes one partition, `exporting` goes through them all and can be begun again
where it ended. Parquet is written by DuckDB, which the extra ``analysis`` brings; CSV needs nothing.
"""
