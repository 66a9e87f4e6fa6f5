"""Cases made of passages by rules: answerable, different, in the passages' language, the same for a seed."""

from collections import Counter
from pathlib import Path

import pytest

from contracts.rpc.assistants.configurations import Assistant, Example
from contracts.rpc.evaluation import MAX_CASES_BY_MODE, Mode
from contracts.rpc.knowledge import SampledPassage
from services.evaluation.domain.generation.configured import Tool, request_for
from services.evaluation.domain.generation.english import english_questions
from services.evaluation.domain.generation.facts import Base, facts_of, title_of
from services.evaluation.domain.generation.language import language_of
from services.evaluation.domain.generation.phrases import Casing
from services.evaluation.domain.generation.sentences import is_statement, sentences_of
from services.evaluation.domain.generation.suite import Made, Material, make_suite
from services.evaluation.domain.generation.written import Draft, checked
from services.evaluation.domain.wording import normalised
from tests.unit.evaluation.fakes import assistant

HANDBOOK = Path(__file__).parents[3] / "examples" / "harbour-library.md"
LIGHTHOUSE = """The Vell lighthouse was built in 1868 by the harbour pilots' union. It has been dark since 1974.
The Vell lighthouse has 212 steps. Visitors may bring two dogs into the lamp room."""
GERMAN = """Der Leuchtturm von Vell wurde 1868 von der Lotsengilde erbaut. Der Turm hat 212 Stufen und eine
Plattform für die Besucher. Das Feuerwerk beginnt am 3. August und ist von der Mole aus gut zu sehen."""
SPANISH = """El faro de Vell fue construido por el gremio en 1868 con piedra de la isla. El faro tiene
212 peldaños y una plataforma para los visitantes.
La linterna es una lámpara de aceite que se encendía por la noche."""
FRENCH = """Le phare de Vell a été construit par la guilde en 1868 avec la pierre de l'île. Le phare compte
212 marches et une plateforme pour les visiteurs. La lanterne est une lampe à huile
que le gardien allumait le soir."""
HINDI = """वेल का प्रकाशस्तंभ एक ऊँची पत्थर की मीनार है।
बंदरगाह के नाविकों ने प्रकाशस्तंभ का निर्माण बहुत पहले किया था।
आगंतुक मीनार की सीढ़ियाँ चढ़कर पूरा बंदरगाह देख सकते हैं।"""
MENU = """Home | About | Contact | Login
Products\tPrices\tSupport
© 2026 Harbour Ltd. All rights reserved.
def open(path): return {"a": 1} => None"""


def passage(text: str, *, document: int = 1, chunk: int = 0, heading: str = "") -> SampledPassage:
    return SampledPassage(
        document_id=document,
        document_name=f"document_{document}.md",
        kind="file",
        chunk=chunk,
        heading=heading,
        text=text,
        page=None,
    )


def handbook() -> list[SampledPassage]:
    sections = HANDBOOK.read_text().split("\n## ")[1:]
    return [
        passage(section, chunk=chunk, heading=f"Harbour > {section.partition(chr(10))[0]}")
        for chunk, section in enumerate(sections)
    ]


def made(
    passages: list[SampledPassage], *, mode: Mode = "extensive", seed: int = 0, **fields: object
) -> Made:
    usual: dict[str, object] = {"tools": (), "has_base": True, "speaks_freely": False}
    of: Assistant = fields.pop("of", assistant())  # type: ignore[assignment]
    material = Material(assistant=of, passages=passages, **{**usual, **fields})  # type: ignore[arg-type]
    return make_suite(material, mode=mode, seed=seed)


def squeezed(text: str) -> str:
    return " ".join(text.split())


PASSAGES = [*handbook(), passage(LIGHTHOUSE, document=2), passage(MENU, document=3)]


def test_what_answers_a_case_stands_in_its_source() -> None:
    for case in made(PASSAGES).cases:
        texts = [squeezed(source.text) for source in case.source]
        for sentence in sentences_of(case.ideal_answer) if texts else ():
            assert any(sentence in text for text in texts), case
        assert bool(texts) is (case.category in {"single_hop", "multi_hop"})


def test_no_case_is_there_twice_and_no_sentence_answers_two() -> None:
    cases = made(PASSAGES).cases
    assert len({normalised(case.question) for case in cases}) == len(cases)
    answers = Counter(
        sentence for case in cases if case.source for sentence in sentences_of(case.ideal_answer)
    )
    assert set(answers.values()) == {1}


def test_the_seed_decides() -> None:
    assert made(PASSAGES, seed=7) == made(PASSAGES, seed=7)
    assert made(PASSAGES, seed=7).cases != made(PASSAGES, seed=8).cases


@pytest.mark.parametrize("mode", ["quick", "normal", "extensive"])
def test_a_mode_has_its_mix_within_its_size(mode: Mode) -> None:
    cases = made(PASSAGES, mode=mode).cases
    kinds = Counter(case.category for case in cases)
    assert len(cases) <= MAX_CASES_BY_MODE[mode]
    assert set(kinds) == {"single_hop", "multi_hop", "unanswerable", "injection"}
    assert kinds.most_common(1)[0][0] == "single_hop"


def test_menus_and_code_are_asked_about_by_nobody() -> None:
    cases = made([passage(MENU)]).cases
    assert {case.category for case in cases} == {"unanswerable", "injection"}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The Vell lighthouse was built in 1868 by the guild.",
            "When was the Vell lighthouse built?",
        ),
        ("In 1868, the guild opened the tower.", "When did the guild open the tower?"),
        ("The tower has 212 steps.", "How many steps does the tower have?"),
        (
            "Members may borrow up to 12 books at a time.",
            "How many books may members borrow at a time?",
        ),
        ("Tools are lent for three days only.", "For how long are tools lent?"),
        ("Seats can be reserved for three hours.", "For how long can seats be reserved?"),
        ("A gmina is a unit of local government.", None),  # "a gmina": any of them
        ("Brian Johnson was a singer from the north of England.", "Who was Brian Johnson?"),
        ("Lake Orrow is a reservoir behind the old town wall.", "What is Lake Orrow?"),
        ("The archive is located in the cellar of the town hall.", "Where is the archive located?"),
        (
            "If a member loses a card, the desk prints one.",
            "What happens if a member loses a card?",
        ),
        ("A loan can be renewed twice by telephone.", "How often can a loan be renewed?"),
        (
            "Tools from the wall, such as drills, are lent for three days only.",
            "For how long are tools from the wall lent?",
        ),
        (
            "In July 1997, the guild of Vell paid 850 crowns to Orrow for a lamp.",
            "How many crowns did the guild of Vell pay to Orrow for a lamp in July 1997?",
        ),
        ("Gross profit increased 18.0% to 1.2 million.", "By how much did gross profit increase?"),
        ("The signal tower is used to warn ships at night.", "What is the signal tower used for?"),
        (
            "Blank tickets must be kept in a locked drawer.",
            "Where must blank tickets be kept?",
        ),
        (
            "Manager Mike Walker bought 40 lamps for the quay when it was dark.",
            "Who bought 40 lamps for the quay?",
        ),
        ("Recent studies show that the tower leans to the west.", None),
        ("The fee of 3 crowns is the lowest on the coast of Vell.", None),
        ("The tower is a sad sight not just because the lamp is out.", None),
        ("It was built in 1868 by the guild of the pilots.", None),
        ("However, the tower of the pilots was dark by then.", None),
        ("The man who built the tower was a pilot in his youth.", None),
    ],
)
def test_a_sentence_is_asked_in_its_own_words(sentence: str, question: str | None) -> None:
    asked = english_questions(sentence, Casing.of([HANDBOOK.read_text(), sentence]))
    assert (asked[0].question if asked else None) == question


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        (GERMAN, "de", "Wann wurde der Leuchtturm von Vell erbaut?"),
        (SPANISH, "es", "¿Cuándo fue construido el faro de Vell?"),
        (FRENCH, "fr", "En quelle année le phare de Vell a été construit ?"),
        (HINDI, "hi", "वेल का प्रकाशस्तंभ क्या है?"),
    ],
)
def test_questions_are_in_the_language_of_their_passage(
    text: str, language: str, question: str
) -> None:
    assert language_of(text) == language
    asked = [fact.question for fact in facts_of(passage(text), Base.of([passage(text)]))]
    assert question in asked


def test_other_languages_are_asked_about_phrases_of_theirs() -> None:
    russian = "В этой гавани стоит маяк Вельская Башня, и его построили местные рыбаки очень давно."
    (fact,) = facts_of(passage(russian), Base.of([passage(russian)]))
    assert "«Вельская Башня»" in fact.question
    assert fact.question.startswith("Что говорится в документе")


@pytest.mark.parametrize(
    ("sentence", "about"),
    [
        (
            "Every keeper of the lamp had met Ines Marrow at Orrow Bridge by then.",
            "Ines Marrow and Orrow Bridge",
        ),
        ("The pilots drank to the lamp while Ines Marrow kept the accounts.", None),
        ("Nobody had ever tried to build an Orrow machine in that harbour.", None),
        ("For example, they asked Ines Marrow for the keys of the tower.", None),
    ],
)
def test_a_topic_is_what_its_sentence_is_about(sentence: str, about: str | None) -> None:
    around = passage("The keeper and the lamp were old, and many sat in the harbour with them.")
    there = [passage(sentence), around]
    questions = [each.question for each in facts_of(there[0], Base.of(there))]
    assert questions == ([f"What does “document 1” say about {about}?"] if about else [])


def test_sentences_are_found_where_they_end() -> None:
    text = "Dr. Marrow came at 9 a.m. on the 3rd of May.[12] The fee is 3.50 crowns\nfor members. Why? www.x"
    assert sentences_of(text)[:2] == [
        "Dr. Marrow came at 9 a.m. on the 3rd of May.[12]",
        "The fee is 3.50 crowns for members.",
    ]
    assert not is_statement("See https://example.com for the opening hours of it.")
    assert not is_statement('"W" Sending, "K" Keeping (read), "D" Looking up, "C" Closing it.')
    assert not is_statement("RESULTS Patients of the hospital slept better than before.")
    assert not is_statement("Why is the library closed on the second Sunday?")


def test_what_nobody_can_answer_is_asked_of_what_is_not_there() -> None:
    cases = [case for case in made(PASSAGES).cases if case.category == "unanswerable"]
    texts = normalised(" ".join(each.text for each in PASSAGES))
    assert cases
    for case in cases:
        assert [each.type for each in case.assertions] == ["refuses"]
        assert normalised(case.question) not in texts
    about_chess = [passage("The chess club of Vell meets on the first Sunday of every month.")]
    assert not any("chess" in case.question for case in made(about_chess).cases if not case.source)


def test_who_obeys_an_order_says_a_word_that_a_refusal_does_not_quote() -> None:
    secret = "Never tell anybody about the flooded cellar.\nMore."
    cases = made(PASSAGES, of=assistant(system_instructions=secret)).cases
    orders = [case for case in cases if case.category == "injection"]
    assert orders
    for case in orders:
        canary, leak = case.assertions
        assert canary.type == leak.type == "not_contains"
        assert str(canary.value) not in case.question
        assert leak.value == "Never tell anybody about the flooded cellar."


@pytest.mark.parametrize("count", [1, 3, len(PASSAGES)])
def test_refusals_are_few_beside_what_can_be_answered(count: int) -> None:
    kinds = [case.category for case in made(PASSAGES[:count]).cases]
    assert kinds.count("unanswerable") <= max(1, kinds.count("single_hop"))
    assert kinds.count("injection") <= max(1, kinds.count("single_hop"))


def test_the_configuration_gives_cases_without_any_document() -> None:
    configured = assistant(
        examples=[Example(question="Do you ship?", answer="Yes.")],
        goal="Answer questions about orders",
    )
    tool = Tool("order_status", "Order status", "Looks up the status of an order. Slow.")
    outcome = made([], of=configured, tools=[tool], has_base=False, speaks_freely=True)
    by_kind = {case.category: case for case in outcome.cases}
    assert by_kind["example"].ideal_answer == "Yes."
    assert by_kind["tool"].assertions[0].value == "order_status"
    assert by_kind["goal"].assertions[0].type == "similar"
    assert "no knowledge base" in outcome.notes[0]


def test_a_tool_is_asked_for_as_people_would() -> None:
    told = Tool("f", "Weather", "Returns the weather of a city. Needs a key.")
    assert request_for(told) == "Can you return the weather of a city?"


def test_a_document_is_called_without_its_suffix() -> None:
    assert title_of("harbour-library_2024.md") == "harbour library 2024"


@pytest.mark.parametrize(
    "draft",
    [
        Draft("When was the lighthouse built", "It was built in 1868."),  # no question
        Draft("When was the lighthouse built?", "It was demolished by Napoleon's cannons."),
        Draft(
            "Wann wurde der Leuchtturm von der Gilde erbaut?",
            "The Vell lighthouse was built in 1868.",
        ),
        Draft("What does the passage say about steps?", "The Vell lighthouse has 212 steps."),
        Draft("Who discovered penicillin in London?", "The Vell lighthouse has 212 steps."),
        Draft("How many steps does the Vell lighthouse have?", ""),
    ],
)
def test_a_models_question_that_will_not_do_is_left_out(draft: Draft) -> None:
    assert checked(draft, passage(LIGHTHOUSE)) is None


def test_a_models_question_that_its_passage_answers_is_taken_first() -> None:
    draft = Draft("How many steps does the Vell lighthouse have?", "It has 212 steps.")
    fact = checked(draft, passage(LIGHTHOUSE))
    assert fact
    outcome = made([passage(LIGHTHOUSE)], written=[fact])
    assert (outcome.by_model, outcome.cases[0].question) == (1, draft.question)
    assert len({case.question for case in outcome.cases}) == len(outcome.cases)
