"""What evaluation can do: one verb per file."""
