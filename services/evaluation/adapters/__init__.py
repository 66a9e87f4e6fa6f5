"""What evaluation touches: PostgreSQL, the services it asks, the model server."""
