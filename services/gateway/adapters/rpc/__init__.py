"""The services over RPC, one module per protocol."""
