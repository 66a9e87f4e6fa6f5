"""What assistants can do: one verb per file."""
