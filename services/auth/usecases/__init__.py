"""What auth can do: one verb per file."""
