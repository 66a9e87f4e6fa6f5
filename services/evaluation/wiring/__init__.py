"""The composition roots, one per process: the rpc process must not load gRPC, the worker not nameko."""
