"""assistants over RPC: what it answers, one module per kind of thing."""
