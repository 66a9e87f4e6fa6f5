"""Tables of data Excels: read in a child process, kept column by column as Parquet."""
