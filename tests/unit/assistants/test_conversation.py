"""Rules on turns."""

import pytest

from contracts.errors import InvalidRequest
from services.assistants.domain.conversation import (
    Turn,
    check_turns,
    fitting,
    new_turns,
    search_query,
)


def turns(text: str) -> tuple[Turn, ...]:
    """`u1 a2 s3`: the user said 1, the assistant 2, the system 3."""
    roles = {"u": "user", "a": "assistant", "s": "system"}
    return tuple(Turn(roles[word[0]], word[1:]) for word in text.split())


@pytest.mark.parametrize("text", ["u1", "s0 u1", "u1 a2 u3", "u1 u2"])
def test_a_conversation_that_ends_with_a_question_is_accepted(text: str) -> None:
    check_turns(turns(text))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((), "This list may not be empty."),
        (turns("u1 a2"), "The last message must be the user's."),
        ((Turn("tool", "x"),), 'role: "tool" is not a valid choice.'),
        ((Turn("user", " \n"),), "content: This field may not be blank."),
        ((Turn("user", "\x00"),), "content: Null characters are not allowed."),
        (
            (Turn("user", "x" * 100_001),),
            "content: Ensure this field has no more than 100000 characters.",
        ),
        (turns("u1 " * 201), "Ensure this field has no more than 200 elements."),
    ],
)
def test_what_is_no_question_is_refused_on_messages(said: tuple[Turn, ...], message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_turns(said)

    assert caught.value.fields == {"messages": [message]}


@pytest.mark.parametrize(
    ("stored", "sent", "new"),
    [
        ("", "u1", "u1"),
        ("u1 a2", "u3", "u3"),
        ("u1 a2", "u1 a2 u3", "u3"),
        ("u1 a2 u3 a4", "u3 a4 u5", "u5"),
        ("u1 a2", "u1 aother u3", "u1 aother u3"),
        ("u1 a2", "u1", "u1"),  # asked again
        ("u1 a2 u1", "u1", "u1"),
    ],
)
def test_turns_that_are_stored_already_are_not_new(stored: str, sent: str, new: str) -> None:
    assert new_turns(turns(stored), turns(sent)) == turns(new)


@pytest.mark.parametrize(
    ("characters", "text", "fits"),
    [
        (100, "u1 a2 u3", "u1 a2 u3"),
        (0, "u1 a2 u3", "u3"),
        (2, "u1 a2 u3", "u1 a2 u3"),
        (3, "u111 a2 u3 a4 u5", "u3 a4 u5"),  # an answer without its question is no start
        (3, "s0 u111 a2 u3 a4 u5", "s0 u3 a4 u5"),
        (1, "u11 a1 u2", "u2"),
        (0, "ulong", "ulong"),
    ],
)
def test_the_oldest_turns_give_way_the_question_never(
    characters: int, text: str, fits: str
) -> None:
    assert fitting(turns(text), characters=characters) == turns(fits)


def test_a_short_question_is_searched_with_the_one_before() -> None:
    before = Turn("user", "How long is the warranty for the bicycle?")
    answer = Turn("assistant", "Two years.")
    long = Turn("user", "What do I have to do to make use of it?")

    assert search_query([before, answer, Turn("user", "And parts?")]) == (
        "How long is the warranty for the bicycle?\nAnd parts?"
    )
    assert search_query([before, answer, long]) == long.content
    assert search_query([Turn("user", " Parts? ")]) == "Parts?"
    assert len(search_query([Turn("user", "x" * 9_000)])) == 8_000
