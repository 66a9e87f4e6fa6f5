"""Publish the keys that tokens are checked with."""

from dataclasses import dataclass

from contracts.rpc.auth import KeySet
from services.auth.ports import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class GetKeySet:
    """The public half only."""

    tokens: Tokens

    def __call__(self) -> KeySet:
        return KeySet(keys=self.tokens.public_keys())
