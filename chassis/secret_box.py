"""Secrets at rest: encrypted with a key that is not in the database."""

from cryptography.fernet import Fernet, MultiFernet


def secret_box(secret_keys: str) -> MultiFernet:
    """Encrypts with the first of the comma-separated Fernet keys, decrypts with any."""
    return MultiFernet([Fernet(key.strip()) for key in secret_keys.split(",")])
