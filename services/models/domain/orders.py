"""Sentences of a document that give a model orders: they are no statement about anything, so never quoted.

Few and sure patterns: what a manual tells its readers to do stays. Whoever asks about such orders
themselves (a handbook on prompt injection, say) is not quoted them either.
"""

import re

_AIMED = (  # at what came before: "your instructions", never "the instructions on the label"
    r"(?:(?:all|any|your|my|these|those|of|the|other|and) ){0,4}"
    r"(?:previous|prior|preceding|above|earlier|former|system|existing|your|other|all)(?: \w+){0,3}? "
    r"(?:instructions?|prompts?|rules|guidelines|directions|orders|directives)"
)
_PATTERNS = (
    rf"(?:ignore|disregard|forget|override|bypass|drop) {_AIMED}",
    r"(?:ignore|disregard|forget) (?:everything|all|anything)(?: \w+){0,3} (?:before|above|so far|told)",
    r"you (?:are|will) (?:now|from now on) (?:a|an|in|the|no longer|act)\b",
    r"from now on,? (?:answer|respond|act|always|pretend)\b",
    r"(?:pretend|act as if) (?:to be|you)\b",
    r"(?:call|invoke|execute|trigger) the (?:tool|function|plugin) [`\"'“]?\w+",
    r"(?:call|invoke|use) (?:the )?[`\"'“]?\w+_\w+[`\"'”]? (?:tool|function)",
    r"(?:reveal|print|repeat|show|output|disclose)(?: \w+){0,3} (?:system prompt|your (?:instructions|prompt))",
    r"(?:system|assistant|developer) ?(?:message|prompt|override)? ?:",
    (
        r"(?:ignoriere?|missachte|vergiss|vergesse)(?:n sie)?(?: \w+){0,3} "
        r"(?:bisherigen|vorherigen|obigen|früheren|deine|ihre|vorigen)(?: \w+){0,2} ?"
        r"(?:anweisungen|regeln|vorgaben|instruktionen)"
    ),
    r"du bist (?:jetzt|nun|ab sofort)\b",
    r"rufe? das (?:werkzeug|tool)\b",
    (
        r"(?:ignora|olvida|ignore|olvide|desobedece)(?: \w+){0,3} "
        r"(?:instrucciones|indicaciones|reglas|órdenes)(?: \w+)? (?:anteriores|previas)"
    ),
    r"(?:ignora|olvida) tus (?:instrucciones|reglas)",
    r"ahora eres (?:un|una)\b",
    r"(?:ignore[zr]?|oublie[zr]?)(?: \w+){0,3} (?:instructions|consignes|règles) (?:précédentes|antérieures)",
    r"(?:ignore[zr]?|oublie[zr]?) (?:tes|vos) (?:instructions|consignes|règles)",
    r"tu es (?:maintenant|désormais) (?:un|une)\b",
    r"игнорируй(?:те)?(?: \w+){0,3} инструкции",
    r"(?:पिछले|पहले के|सभी|अपने) (?:\S+ ){0,2}?निर्देशों? (?:को|की) (?:अनदेखा|नज़रअंदाज़|नजरअंदाज|उपेक्षा|भूल)",
    r"忽略(?:之前|以上|前面|所有|先前).{0,6}(?:指令|指示|说明|提示)",
)
_ORDER = re.compile(
    r"(?:^|[.!?:;,\n>\"'*#-]|\b(?:and|please|now|then|und|bitte|y|et|important)\b)\s*"
    rf"(?:{'|'.join(_PATTERNS)})",
    re.IGNORECASE,
)
_MARK = re.compile(r"<\s?\|\w+\|\s?>|\[\s?/?INST\s?\]", re.IGNORECASE)


def is_order(sentence: str) -> bool:
    """Whether it tells a model what to do, or imitates the marks of a chat template."""
    plain = " ".join(sentence.split())
    return bool(_MARK.search(plain) or _ORDER.search(plain))
