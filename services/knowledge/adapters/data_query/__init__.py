"""DuckDB over data tables: in child processes alone, which have neither secrets nor files to find."""
