"""What a model is sent of a conversation that is longer than it reads."""

import pytest

from services.assistants.domain.conversation import Turn
from services.assistants.domain.history import RECAP, fitting, history_tokens, tokens
from services.assistants.domain.model_card import ModelCard

ROLES = {"u": "user", "a": "assistant", "s": "system"}


def turns(text: str) -> tuple[Turn, ...]:
    return tuple(Turn(ROLES[each[0]], each) for each in text.split())


@pytest.mark.parametrize(
    ("limit", "text", "fits"),
    [
        (100, "u1 a2 u3", "u1 a2 u3"),
        (0, "u1 a2 u3", "u3"),
        (2, "u1 a2 u3", "u1 a2 u3"),
        (3, "u111111 a2 u3 a4 u5", "u3 a4 u5"),  # an answer without its question is no start
        (3, "s0 u111111 a2 u3 a4 u5", "s0 u3 a4 u5"),
        (0, "ulong", "ulong"),
    ],
)
def test_the_oldest_turns_give_way_the_question_never(limit: int, text: str, fits: str) -> None:
    assert fitting(turns(text), limit=limit) == turns(fits)


def test_what_the_user_asked_in_turns_left_out_stays_in_front() -> None:
    said = [Turn("user", "Which bicycle is this? " + "x" * 500), Turn("assistant", "y" * 900)]
    said += [Turn("user", "And its warranty?"), Turn("assistant", "z" * 900)]
    last = (Turn("user", "Thanks."), Turn("assistant", "Yes."), Turn("user", "Parts?"))

    recap, *rest = fitting([*said, *last], limit=600)

    assert (recap.role, rest) == ("user", [*said[2:], *last])
    assert recap.content.startswith(f"{RECAP}\n- Which bicycle is this? xxx")
    assert len(recap.content) < 250
    assert "yyy" not in recap.content


@pytest.mark.parametrize("turn_length", [10, 1_000, 30_000])
def test_whatever_is_sent_before_the_question_has_at_most_the_limit(turn_length: int) -> None:
    said = [
        Turn(("user", "assistant")[at % 2], f"{at} " + "word " * (turn_length // 5))
        for at in range(201)
    ]

    *earlier, question = fitting(said, limit=2_000)

    assert question == said[-1]
    assert sum(tokens(turn.content) for turn in earlier) <= 2_000


def test_other_scripts_have_more_tokens() -> None:
    assert tokens("वारंटी कितनी लंबी है") > 2 * tokens("How long is the warranty")


def test_a_small_window_leaves_less_for_history() -> None:
    small = ModelCard(context_tokens=4_096, can_use_tools=False)
    large = ModelCard(context_tokens=256_000, can_use_tools=True)

    assert [history_tokens(card, limit=8_000) for card in (small, large)] == [1_024, 8_000]
