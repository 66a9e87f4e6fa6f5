"""What auth touches: PostgreSQL, argon2, JWT."""
