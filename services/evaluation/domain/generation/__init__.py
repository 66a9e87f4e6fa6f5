"""Cases made of passages by rules: no model, the same ones for the same seed."""
