"""The HTTP doors: decode, call one use case, encode."""
