"""Chunks of the vector store for a process that must not speak gRPC itself."""
