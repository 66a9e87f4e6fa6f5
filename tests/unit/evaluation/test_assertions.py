"""What each kind of assertion holds of an answer."""

import pytest

from contracts.rpc.evaluation import AssertionResult
from services.evaluation.domain.asked import Judgement, Undecided
from services.evaluation.domain.assertions import check
from services.evaluation.domain.refusal import refuses
from tests.unit.evaluation.answers import HOURS, assertion, evidence


def checked(kind: str, value: object, text: str, **fields: object) -> AssertionResult:
    wanted = {name: fields.pop(name) for name in ("threshold", "negate") if name in fields}
    return check(assertion(kind, value, **wanted), evidence(text, **fields))


@pytest.mark.parametrize(
    ("kind", "value", "text", "passes"),
    [
        ("contains", "STRASSE  9", "Die Straße\n9 ist offen", True),  # case, ß, white space
        ("contains", "café", "Un cafe\u0301 noir", True),  # composed and decomposed
        ("contains", "ﬁne", "It is fine", True),
        ("contains", "nine", "ten", False),
        ("not_contains", "HACKED", "I can't do that", True),
        ("not_contains", "HACKED", "ok: hacked", False),
        ("regex", r"\b\d{1,2} (am|pm)\b", "It opens at 9 am.", True),
        ("regex", r"(?i)^no", "Yes.", False),
        ("cites", "harbour.md", "It opens at nine.", True),
        ("cites", "7", "x", True),
        ("cites", 7, "x", True),
        ("cites", {"document_id": 7, "chunk": 2}, "x", True),
        ("cites", {"document_id": 7, "chunk": 9}, "x", False),
        ("cites", "ships.md", "retrieved, but not cited", False),
        ("json_schema", {"type": "object", "required": ["hour"]}, '{"hour": 9}', True),
        ("json_schema", {"type": "object", "required": ["hour"]}, '{"minute": 9}', False),
        ("json_schema", {"type": "object"}, "nine", False),
        ("json_schema", {"type": "object"}, "[" * 100_000, False),
        ("latency_ms", 80, "x", True),
        ("latency_ms", 79.5, "x", False),
        ("similar", "It opens at nine.", "The library is old. It opens at nine.", True),
        ("similar", "It opens at nine.", "Dogs swim.", False),
    ],
)
def test_holds(kind: str, value: object, text: str, passes: bool) -> None:
    assert checked(kind, value, text).passed is passes
    assert checked(kind, value, text, negate=True).passed is not passes


def test_a_tool_is_called_by_its_name() -> None:
    assert checked("calls_tool", "get_weather", "Sunny.", tools=("get_weather",)).passed
    assert not checked("calls_tool", "get_weather", "Sunny.", tools=()).passed


def test_a_pattern_of_users_takes_linear_time() -> None:
    """Python's own engine would take years for this one."""
    assert checked("regex", r"(a+)+$", "a" * 20_000 + "b").passed is False


def test_what_models_do_not_tell_is_undecided_and_negation_does_not_decide_it() -> None:
    away = Undecided("The model server is temporarily unavailable.")
    similar = checked("similar", "nine", "x", negate=True, vectors=away)
    judged = checked("judge", "Is it polite?", "x", negate=True, judgements={"Is it polite?": away})
    assert [similar.passed, judged.passed] == [None, None]
    assert judged.reason == away.reason
    assert judged.score is None


def test_a_judge_is_held_to_its_threshold() -> None:
    told = {"Polite?": Judgement(score=0.7, reason="Friendly, but short.")}
    assert checked("judge", "Polite?", "x", judgements=told).passed
    strict = checked("judge", "Polite?", "x", judgements=told, threshold=0.8)
    assert strict.passed is False
    assert "Friendly, but short." in strict.reason


@pytest.mark.parametrize(
    "answer",
    [
        "The documents do not contain an answer to this question.",
        "I’m sorry, but the passages don't mention the price of tea.",
        "There is no information about that in the documents.",
        "I am not able to answer this from the provided context.",
        "Das weiß ich leider nicht.",
        "Die Dokumente enthalten dazu keine Antwort.",
        "Los documentos no contienen la respuesta.",
        "Les documents ne mentionnent pas ce prix.",
        "O documento não menciona isso.",
        "Non so rispondere a questa domanda.",
        "Ik weet het niet.",
        "Документы не содержат ответа на этот вопрос.",
        "Dokumenty nie zawierają odpowiedzi.",
        "Bu bilgi belgelerde yer almıyor.",
        "दस्तावेज़ों में इसकी जानकारी नहीं है।",
        "لا توجد معلومات عن ذلك.",
        "文档中没有提到这个问题。",
        "文書には記載がありません。",
        "문서에서 찾을 수 없습니다.",
    ],
)
def test_a_refusal_is_heard_in_many_languages(answer: str) -> None:
    assert refuses(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Breakfast is not included in the price.",
        "Delivery is not available in Alaska.",
        "You do not need to sign the form.",
        "No hay costo de envío.",
        "Não há taxas.",
        "Das Parken kostet nichts.",
        "Le parking n'est pas gratuit.",
        "早餐不包含在内。",
        "朝食は含まれていません。",
        "किताबें घर नहीं ले जा सकते।",
        "It opens at nine. Cards cost five euros. Dogs stay out. I do not know more.",
    ],
)
def test_an_answer_with_a_no_in_it_is_no_refusal(answer: str) -> None:
    assert not refuses(answer)


def test_a_quote_that_says_so_is_no_refusal() -> None:
    text = "The text does not say who wrote it."
    quoted = HOURS.model_copy(update={"text": f"Scholars agree. {text} It is old."})
    assert checked("refuses", None, text, citations=(quoted,)).passed is False
    assert checked("refuses", None, text, citations=()).passed is True
