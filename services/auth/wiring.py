"""The composition root: the only place that knows which adapter stands behind which port."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from chassis.database import sync_engine
from chassis.outbox import Relay
from chassis.secret_box import secret_box
from services.auth.adapters.departures import PostgresDepartures
from services.auth.adapters.key_ring import KeyRing, reader
from services.auth.adapters.key_rotation import KeyRotation
from services.auth.adapters.passwords import Argon2Passwords
from services.auth.adapters.refresh_tokens import PostgresRefreshTokens
from services.auth.adapters.sign_in_failures import PostgresSignInFailures
from services.auth.adapters.signing_keys import make_first_key
from services.auth.adapters.tables import outbox
from services.auth.adapters.tokens import JwtTokens
from services.auth.adapters.user_store import PostgresUsers
from services.auth.adapters.zoho_accounts import HttpZohoAccounts, zoho_client
from services.auth.adapters.zoho_store import PostgresZohoConnections, PostgresZohoStates
from services.auth.domain.throttling import FailureLimits
from services.auth.settings import DatabaseSettings, Settings
from services.auth.usecases.change_password import ChangePasswordOf
from services.auth.usecases.check_password import CheckPassword
from services.auth.usecases.connect_zoho import STATE, CompleteZoho, ConnectZoho
from services.auth.usecases.get_key_set import GetKeySet
from services.auth.usecases.get_profile import GetProfile
from services.auth.usecases.get_zoho_access import GetZohoAccess
from services.auth.usecases.issue_tokens import IssueTokens
from services.auth.usecases.leave import DeactivateAccount, DeleteAccount
from services.auth.usecases.refresh_access import RefreshAccess
from services.auth.usecases.register import Register
from services.auth.usecases.sign_out import SignOut

STATE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What auth's doors may call."""

    engine: Engine
    relay: Relay
    register: Register
    issue_tokens: IssueTokens
    refresh_access: RefreshAccess
    sign_out: SignOut
    change_password: ChangePasswordOf
    deactivate_account: DeactivateAccount
    delete_account: DeleteAccount
    get_profile: GetProfile
    get_key_set: GetKeySet
    connect_zoho: ConnectZoho
    complete_zoho: CompleteZoho
    get_zoho_access: GetZohoAccess

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: Settings) -> Application:
    """Needs the database: the signing keys are in it."""
    engine = sync_engine(
        settings.auth_database_url.get_secret_value(), pool_size=settings.rpc_workers
    )
    box = secret_box(settings.secret_keys.get_secret_value())
    tokens = _tokens(settings, engine, box)
    users, passwords = PostgresUsers(engine), Argon2Passwords()
    refresh_tokens = PostgresRefreshTokens(engine=engine, now=now)
    departures = PostgresDepartures(
        engine=engine, access_lifetime=settings.access_token_lifetime, now=now
    )
    check_password = _password_check(settings, engine, passwords)
    common_passwords = frozenset(FREQUENCY_LISTS["passwords"])
    states = PostgresZohoStates(engine=engine, now=now)
    connections = PostgresZohoConnections(engine=engine, box=box)
    accounts = _zoho(settings)
    return Application(
        engine=engine,
        relay=Relay(engine, outbox),
        register=Register(users=users, passwords=passwords, common_passwords=common_passwords),
        issue_tokens=IssueTokens(users=users, check_password=check_password, tokens=tokens),
        refresh_access=RefreshAccess(
            users=users,
            tokens=tokens,
            refresh_tokens=refresh_tokens,
            rotates=settings.rotate_refresh_tokens,
        ),
        sign_out=SignOut(tokens=tokens, refresh_tokens=refresh_tokens),
        change_password=ChangePasswordOf(
            users=users,
            passwords=passwords,
            check_password=check_password,
            common_passwords=common_passwords,
            now=now,
        ),
        deactivate_account=DeactivateAccount(
            users=users, check_password=check_password, departures=departures, now=now
        ),
        delete_account=DeleteAccount(
            users=users, check_password=check_password, departures=departures
        ),
        get_profile=GetProfile(users=users),
        get_key_set=GetKeySet(tokens=tokens, departures=departures),
        connect_zoho=ConnectZoho(users=users, tokens=tokens, states=states, accounts=accounts),
        complete_zoho=CompleteZoho(
            users=users,
            tokens=tokens,
            states=states,
            connections=connections,
            accounts=accounts,
            default_server=settings.zoho_accounts_server,
            further_servers=settings.zoho_accounts_servers,
        ),
        get_zoho_access=GetZohoAccess(connections=connections, accounts=accounts, now=now),
    )


def build_key_rotation(settings: DatabaseSettings) -> KeyRotation:
    """For the command; touches nothing yet."""
    return KeyRotation(
        engine=sync_engine(settings.auth_database_url.get_secret_value(), pool_size=1),
        box=secret_box(settings.secret_keys.get_secret_value()),
        longest=settings.longest_lifetime,
        delay=timedelta(seconds=settings.key_publish_delay_s),
    )


def now() -> datetime:
    """The clock that everything here reads."""
    return datetime.now(UTC)


def _tokens(settings: Settings, engine: Engine, box: MultiFernet) -> JwtTokens:
    make_first_key(engine, box)
    keys = KeyRing(reader(engine, box), longest=settings.longest_lifetime, now=now)
    lifetimes = {
        "access": settings.access_token_lifetime,
        "refresh": settings.refresh_token_lifetime,
        STATE: STATE_LIFETIME,
    }
    return JwtTokens(keys=keys, lifetimes=lifetimes, now=now)


def _password_check(
    settings: Settings, engine: Engine, passwords: Argon2Passwords
) -> CheckPassword:
    limits = FailureLimits(
        per_user=settings.sign_in_failures_per_user,
        per_address=settings.sign_in_failures_per_address,
        window=timedelta(seconds=settings.sign_in_window_s),
    )
    failures = PostgresSignInFailures(engine=engine, window_ends=limits.window_ends, now=now)
    return CheckPassword(passwords=passwords, failures=failures, limits=limits)


def _zoho(settings: Settings) -> HttpZohoAccounts | None:
    if not settings.zoho_client_id:
        return None
    return HttpZohoAccounts(
        http=zoho_client(),
        server=settings.zoho_accounts_server,
        client_id=settings.zoho_client_id,
        client_secret=settings.zoho_client_secret.get_secret_value(),
        redirect_uri=settings.zoho_redirect_uri,
        scope=settings.zoho_scope,
        now=now,
    )
