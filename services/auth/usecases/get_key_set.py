"""Publish the keys that tokens are checked with, and whose tokens are refused all the same."""

from dataclasses import dataclass

from contracts.rpc.auth import KeySet
from services.auth.ports import Departures, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class GetKeySet:
    """The public half only."""

    tokens: Tokens
    departures: Departures

    def __call__(self) -> KeySet:
        return KeySet(keys=self.tokens.public_keys(), refused=self.departures.recent())
