"""Rules on turns."""

import pytest

from contracts.errors import InvalidRequest
from services.assistants.domain.conversation import (
    Turn,
    check_turns,
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


def test_a_question_that_leans_is_searched_with_the_one_before() -> None:
    before = Turn("user", "How long is the warranty for the bicycle?")
    answer = Turn("assistant", "Two years.")
    whole = Turn("user", "Which documents does the shop need for a claim?")

    assert search_query([before, answer, Turn("user", "And parts?")]) == (
        "How long is the warranty for the bicycle?\nAnd parts?"
    )
    assert search_query([before, answer, whole]) == whole.content
    assert search_query([Turn("user", " Parts? ")]) == "Parts?"
    assert len(search_query([Turn("user", "x" * 9_000)])) == 8_000
