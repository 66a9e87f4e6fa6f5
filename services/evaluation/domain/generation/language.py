"""Which language a text is in: by its script, and by its commonest words where scripts are shared."""

import unicodedata
from collections import Counter

from services.evaluation.domain.wording import words

OTHER = "other"
_STOPWORDS: dict[str, frozenset[str]] = {
    language: frozenset(text.split())
    for language, text in {
        "en": "the of and to in is was are that with for as by on it at from be his this were which or",
        "de": "der die das und ist nicht ein eine von mit für auf den dem des wird sich im zu auch "
        "wurde werden als",
        "es": "el la de que y en los las un una es por con para del se fue su como más al lo",
        "fr": "le la les de des et est une un dans pour que qui par sur du au il avec ne pas sont aux",
        "pt": "o a os as de que e em um uma é por com para do da não se foi ao dos mais no na",
        "it": "il lo la gli le di che e in un una è per con del della non si fu al dei sono nel",
        "nl": "de het een en van in is dat op te met voor zijn niet aan er om werd ook door bij",
        "pl": "w i z na do nie się jest to że o jak po przez od dla został był są oraz",
        "tr": "ve bir bu da de için ile olarak olan en çok gibi sonra kadar daha ise",
        "sv": "och i att det som en på är av för den med till inte ett om har de var",
        "vi": "và của là có các một được cho trong với không những này đã để từ người năm",
        "ro": "și de la în a cu pe este un o din pentru care nu se mai sunt fost al",
    }.items()
}
_SCRIPTS = {
    "DEVANAGARI": "hi",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "HANGUL": "ko",
    "THAI": "th",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
LEAST_SHARE = 0.12
"""Of the words, that a language's commonest ones make up in running text."""


def language_of(text: str) -> str:
    """An ISO 639-1 code, or `other`. Short texts in a shared script are `other` rather than wrong."""
    scripts = Counter(_script(letter) for letter in text if letter.isalpha())
    if not scripts:
        return OTHER
    (most, _), *_ = scripts.most_common(1)
    if scripts["ja"] and most == "zh":
        return "ja"
    return most if most != "LATIN" else _latin(text)


def _script(letter: str) -> str:
    if letter < "\u0250":
        return "LATIN"
    first = unicodedata.name(letter, "").split(" ", 1)[0]
    return _SCRIPTS.get(first, "LATIN" if first == "LATIN" else OTHER)


def _latin(text: str) -> str:
    said = words(text)
    scores = {
        language: sum(word in common for word in said) for language, common in _STOPWORDS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    return best if said and scores[best] >= max(1, LEAST_SHARE * len(said)) else OTHER
