"""Readers that turn stored files into clean text; each runs in a child process (`sandbox`)."""
