"""What every part of the run stands on: a stack that is ready, and a user who is signed in."""

from dataclasses import dataclass
from uuid import uuid4

import jwt

from local.stack import Stack
from tools.bench.sizes import Sizes
from tools.client import Client

EMBED_MODEL = "local-embed"
CHAT_MODEL = "local-extractive"
INDEX_WITHIN_S = 600


@dataclass(frozen=True, slots=True)
class Ground:
    """`user_id`: of the client's user."""

    stack: Stack
    client: Client
    user_id: int
    sizes: Sizes

    def variable(self, name: str) -> str:
        """One of the variables that lead to the stack's parts: AMQP_URL."""
        return self.stack.environment[f"PARLANCE_{name}"]

    @property
    def token(self) -> str:
        """The access token."""
        return str(self.client.http.headers["Authorization"]).removeprefix("Bearer ")


def enter(stack: Stack, client: Client, sizes: Sizes) -> Ground:
    """Sign a new user up."""
    client.sign_up(f"bench-{uuid4().hex[:8]}", uuid4().hex)
    token = str(client.http.headers["Authorization"]).removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    return Ground(stack, client, int(claims["user_id"]), sizes)
