"""Rules on plain values: references, index settings, chunking, ranking."""
