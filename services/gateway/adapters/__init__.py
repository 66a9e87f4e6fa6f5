"""What the gateway touches: RPC, gRPC, object storage, auth's public keys."""
