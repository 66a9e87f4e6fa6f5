"""The composition roots, one per kind of process: none loads another's machinery."""
