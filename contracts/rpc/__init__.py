"""What each service answers over RPC: request and answer shapes, and a Protocol that lists the errors."""
