"""Signing keys in PostgreSQL; the private half is encrypted with a key that is not in the database."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm
from sqlalchemy import Engine, Row, func, insert, select

from services.auth.adapters.tables import signing_keys

ADVISORY_LOCK = 727275


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 pair; `jwk` is its public half."""

    kid: str
    private: Any
    jwk: dict[str, Any]


def secret_box(secret_keys: str) -> MultiFernet:
    """Encrypts with the first of the comma-separated Fernet keys, decrypts with any."""
    return MultiFernet([Fernet(key.strip()) for key in secret_keys.split(",")])


def load_signing_keys(engine: Engine, box: MultiFernet) -> list[SigningKey]:
    """All pairs, newest first; makes the first one, once, however many processes start together."""
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        newest_first = select(signing_keys).order_by(signing_keys.c.created_at.desc())
        rows = connection.execute(newest_first).all()
        if not rows:
            connection.execute(insert(signing_keys).values(**_new_key(box)))
            rows = connection.execute(newest_first).all()
    return [_opened(row, box) for row in rows]


def _new_key(box: MultiFernet) -> dict[str, Any]:
    private = Ed25519PrivateKey.generate()
    kid = uuid4().hex
    public = json.loads(OKPAlgorithm.to_jwk(private.public_key()))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "kid": kid,
        "public_jwk": {**public, "kid": kid, "use": "sig", "alg": "EdDSA"},
        "private_key": box.encrypt(pem).decode(),
    }


def _opened(row: Row[Any], box: MultiFernet) -> SigningKey:
    pem = box.decrypt(row.private_key.encode())
    return SigningKey(row.kid, load_pem_private_key(pem, password=None), dict(row.public_jwk))
