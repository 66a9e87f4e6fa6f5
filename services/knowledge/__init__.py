"""knowledge owns knowledge bases, their documents, the index over them, and the search in it."""
