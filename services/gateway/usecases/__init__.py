"""What takes more than one question to a service: one verb per file."""
