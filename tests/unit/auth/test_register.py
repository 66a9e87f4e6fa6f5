import pytest

from contracts.errors import InvalidRequest
from contracts.rpc.auth import Credentials
from services.auth.usecases.register import Register
from tests.unit.auth.fakes import MemoryUsers, PlainPasswords

GOOD = "Tr1cky-horse"


@pytest.fixture
def users() -> MemoryUsers:
    return MemoryUsers()


@pytest.fixture
def register(users: MemoryUsers) -> Register:
    return Register(users=users, passwords=PlainPasswords(), common_passwords={"password123"})


def test_stores_the_hash_and_never_the_password(register: Register, users: MemoryUsers) -> None:
    registered = register(Credentials(username="ann", password=GOOD))
    assert users.rows[registered.user_id].password_hash == f"hash of {GOOD}"


@pytest.mark.parametrize("name", ["ann", "ann@example.org", "प्रियंका", "Ünal", "o.k+a-b_1"])
def test_takes_names_of_any_script(register: Register, name: str) -> None:
    assert register(Credentials(username=name, password=GOOD)).user_id == 1


@pytest.mark.parametrize("name", ["an n", "a/b", "<b>", "a\u202eb", "a\nb"])
def test_refuses_other_characters_in_a_name(register: Register, name: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        register(Credentials(username=name, password=GOOD))
    assert "valid username" in error.value.fields["username"][0]


def test_sees_that_two_spellings_are_one_name(register: Register) -> None:
    register(Credentials(username="ann", password=GOOD))
    with pytest.raises(InvalidRequest) as error:
        register(Credentials(username="\uff41nn", password=GOOD))  # full-width a
    assert error.value.fields == {"username": ["A user with that username already exists."]}


def test_says_taken_when_another_request_was_faster(register: Register, users: MemoryUsers) -> None:
    users.taken_meanwhile = True
    with pytest.raises(InvalidRequest) as error:
        register(Credentials(username="ann", password=GOOD))
    assert "username" in error.value.fields


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too short"),
        ("Password123", "too common"),
        ("83625172", "entirely numeric"),
        ("annabella1", "too similar"),
    ],
)
def test_names_each_weakness(
    register: Register, users: MemoryUsers, password: str, reason: str
) -> None:
    with pytest.raises(InvalidRequest) as error:
        register(Credentials(username="annabella", password=password))
    assert any(reason in message for message in error.value.fields["password"])
    assert not users.rows
