"""The composition roots, one per process: the rpc process must not load gRPC, chat must not load nameko."""
