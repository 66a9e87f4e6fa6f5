"""The project's own model server: Cohere's v2 API on small open weights, in one process."""
