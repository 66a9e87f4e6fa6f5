"""The whole conversation between the services: shapes, events, errors, arrows. No machinery."""
