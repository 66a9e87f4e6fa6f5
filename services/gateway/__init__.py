"""The gateway presents the documented URLs: it checks tokens, limits and forms, and asks the services."""
