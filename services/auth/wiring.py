"""The composition root: the only place that knows which adapter stands behind which port."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from chassis.database import sync_engine
from services.auth.adapters.passwords import Argon2Passwords
from services.auth.adapters.signing_keys import load_signing_keys, secret_box
from services.auth.adapters.tokens import JwtTokens
from services.auth.adapters.user_store import PostgresUsers
from services.auth.settings import Settings
from services.auth.usecases.get_key_set import GetKeySet
from services.auth.usecases.get_profile import GetProfile
from services.auth.usecases.issue_tokens import IssueTokens
from services.auth.usecases.refresh_access import RefreshAccess
from services.auth.usecases.register import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What auth's doors may call."""

    engine: Engine
    register: Register
    issue_tokens: IssueTokens
    refresh_access: RefreshAccess
    get_profile: GetProfile
    get_key_set: GetKeySet

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: Settings) -> Application:
    """Needs the database: the signing keys are in it."""
    engine = sync_engine(
        settings.auth_database_url.get_secret_value(), pool_size=settings.rpc_workers
    )
    keys = load_signing_keys(engine, secret_box(settings.secret_keys.get_secret_value()))
    lifetimes = {
        "access": settings.access_token_lifetime,
        "refresh": settings.refresh_token_lifetime,
    }
    tokens = JwtTokens(keys=keys, lifetimes=lifetimes, now=lambda: datetime.now(UTC))
    users, passwords = PostgresUsers(engine), Argon2Passwords()
    return Application(
        engine=engine,
        register=Register(
            users=users,
            passwords=passwords,
            common_passwords=frozenset(FREQUENCY_LISTS["passwords"]),
        ),
        issue_tokens=IssueTokens(users=users, passwords=passwords, tokens=tokens),
        refresh_access=RefreshAccess(users=users, tokens=tokens),
        get_profile=GetProfile(users=users),
        get_key_set=GetKeySet(tokens=tokens),
    )
