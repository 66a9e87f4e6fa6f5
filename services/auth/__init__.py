"""auth owns users, passwords and tokens; it publishes the key that everybody checks tokens with."""
