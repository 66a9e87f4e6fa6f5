"""Questions that lean on the one before: "And in summer?" is searched with what it was about.

Told by words alone, so that it costs nothing: connectives at the beginning, words that point back,
and too few words of its own. What is searched is the question behind those that it leans on.
"""

import re
from collections.abc import Sequence

WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e]+[^\W_]*)*(?:['’]\w+)?")
"""Letters with their marks: vowel signs of Indic scripts and of Thai belong to the word."""
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no space between words: Thai, Japanese, Chinese."""
UNSPACED_SHORT = 12  # characters of a question that leans
LONGEST_CHAIN = 3  # questions that are searched together
FEW_WORDS = 2  # of its own; with fewer no question stands alone
SOME_WORDS = 6  # more than these, and it stands alone whatever it points to


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONNECTIVES = _words(
    "and but or so also then und aber oder dann auch y e o pero entonces también tambien et ou mais "
    "alors aussi और लेकिन या तो и а но или ma poi ve peki ama và còn nhưng và si dar iar και αλλά ή "
    "و لكن أو 那 那么 还有 แล้ว และ"
)
OPENINGS = tuple(
    re.compile(rf"{each}\b", re.IGNORECASE)
    for each in (
        "what about",
        "how about",
        "what else",
        "why (?:is|was) (?:that|this|it)",
        "was ist mit",
        "wie (?:ist|sieht|steht|war) es mit",
        "wie sieht (?:es|das)",
        "(?:qué|que) (?:pasa|hay|tal) (?:con|de)",
        "qu['’]en est-il",
        "(?:और )?(?:के|का|की) बारे में",
        "а как",
        "ya",
    )
)
POINTERS = _words(
    # English
    "it its they them their theirs he him his she her hers this these those both ones same former "
    "latter itself themselves "
    # German
    "er ihn ihm ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner dessen deren diese dieser "
    "dieses diesem diesen dort davon damit dafür dazu darin darauf darüber daran deswegen derselbe "
    "dieselbe jene jener beide "
    # Spanish
    "él ella ellos ellas su sus suyo ese esa eso esos esas este esta esto estos estas allí ahí mismo "
    "misma aquel aquella ambos "
    # French
    "il ils elle elles lui leur leurs son sa ses ce cet cette ces ça cela celui celle ceux là "
    # Hindi
    "वह वे यह ये इस उस इसका इसकी इसके उसका उसकी उसके उनका उनकी उनके इनका इनके इसे उसे उन्हें उन्होंने उसने "
    "इसने वहाँ वहां उसमें इसमें "
    # Russian, Turkish, Vietnamese, Greek, Romanian, Arabic
    "он она оно они его её ее их этот эта это эти тот там bu onun onlar onların orada nó họ đó này "
    "αυτό αυτός αυτή αυτοί τους acesta aceasta acestea lui ei lor acolo هو هي هم هذا هذه ذلك هناك"
)
WEAK_POINTERS = _words("there that then one es sie das da lo la los las en y den dem")
"""They point back less often than not."""
NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
ENGLISH_POINTER = re.compile(r"\b(?:its|it|his|he|him|her|she|their|they|them)\b")
EMPTY = (
    CONNECTIVES
    | POINTERS
    | WEAK_POINTERS
    | _words(
        # English
        "a an the of in on at to for from by with as is are was were be been do does did has have had "
        "can could will would shall should may might must what which who whom whose when where why how "
        "many much long far old often not no yes any some more most please tell me you i we my our about "
        "there into than just only if too "
        # German
        "der die das ein eine einen einem einer eines des und in im am an auf aus bei mit nach von vom zu "
        "zum zur für über um ist sind war waren wird wurde wurden hat haben hatte kann können was wer wem "
        "wen wann wo wohin woher warum wieso wie viel viele vielen lange welche welcher welches welchen "
        "nicht kein keine man ich wir "
        # Spanish
        "el la los las un una unos unas de del al a en con por para que qué quién quien cuál cual cuándo "
        "cuando dónde donde cómo como cuánto cuánta cuántos cuántas es son era fue fueron ha han hay se no "
        # French
        "le la les l un une des du de d au aux à en dans avec pour par sur que qui quoi quel quelle quels "
        "quelles quand où comment pourquoi combien est sont était a ont fut se n ne pas "
        # Hindi
        "का की के को में से पर ने है हैं था थी थे हो क्या कौन कब कहाँ कहां कैसे क्यों कितना कितने कितनी किस किसने किसका "
        "एक गया गई गए कर किया की हुआ हुई हुए भी ही"
    )
)


def searched_for(questions: Sequence[str]) -> str:
    """What to search for: the last question, behind those before it that it leans on."""
    chain = [questions[-1]]
    for before in reversed(questions[:-1]):
        if len(chain) == LONGEST_CHAIN or not leans(chain[0]):
            break
        chain.insert(0, before)
    return "\n".join(chain)


def leans(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    if UNSPACED.search(question):
        return len(question) <= UNSPACED_SHORT
    words = [each.lower() for each in WORD.findall(question)]
    own = [each for each in words if _stem(each) not in EMPTY]
    if len(own) <= FEW_WORDS - 1 or words[0] in CONNECTIVES or _opens(question):
        return True
    points = any(_stem(each) in POINTERS for each in words)
    if points and not _names_what_it_points_to(question):
        return len(own) <= SOME_WORDS
    points_weakly = any(_stem(each) in WEAK_POINTERS for each in words)
    return points_weakly and len(own) <= FEW_WORDS


def points_back(question: str) -> bool:
    """Whether it asks about what was said before: "how many of these", "what about 2023?"."""
    words = [each.lower() for each in WORD.findall(question)]
    return leans(question) and (_opens(question) or any(_stem(each) in POINTERS for each in words))


def _opens(question: str) -> bool:
    return any(each.match(question.lstrip("¿¡ ")) for each in OPENINGS)


def _names_what_it_points_to(question: str) -> bool:
    """ "When did Victoria enact its constitution?": in English, where nouns begin with a small letter."""
    name = NAME.search(question)
    return name is not None and ENGLISH_POINTER.search(question, name.end()) is not None


def _stem(word: str) -> str:
    """Without what an apostrophe adds: "it's"."""
    return re.split("['’]", word, maxsplit=1)[0]
