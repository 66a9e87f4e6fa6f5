"""Signing keys in PostgreSQL; the private half is encrypted with a key that is not in the database."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.fernet import MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm
from sqlalchemy import Connection, Engine, Row, func, insert, select

from services.auth.adapters.tables import signing_keys

ADVISORY_LOCK = 727275


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 pair; `jwk` is its public half. It signs once `signs_from` has come."""

    kid: str
    private: Any
    jwk: dict[str, Any]
    signs_from: datetime


def make_first_key(engine: Engine, box: MultiFernet) -> None:
    """Once, however many processes start together."""
    with engine.begin() as connection:
        lock_keys(connection)
        if not connection.execute(select(signing_keys.c.kid).limit(1)).first():
            connection.execute(insert(signing_keys).values(**new_key(box)))


def lock_keys(connection: Connection) -> None:
    """For this transaction nobody else makes or removes keys."""
    connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))


def read_keys(connection: Connection, box: MultiFernet) -> list[SigningKey]:
    """All pairs, newest first."""
    newest_first = select(signing_keys).order_by(signing_keys.c.signs_from.desc())
    return [_opened(row, box) for row in connection.execute(newest_first)]


def new_key(box: MultiFernet) -> dict[str, Any]:
    """A row that signs at once."""
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
    private = load_pem_private_key(pem, password=None)
    return SigningKey(row.kid, private, dict(row.public_jwk), row.signs_from)
