"""What knowledge can do: one verb per file."""
