"""What assistants touches: PostgreSQL, knowledge, the model server."""
