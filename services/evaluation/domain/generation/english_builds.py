"""From a matched English sentence to its question; None where a word in it is not one that can be turned."""

import re
from collections.abc import Callable

from services.evaluation.domain.generation.phrases import Casing, words_in
from services.evaluation.domain.generation.verbs import (
    BASES,
    PARTICIPLES,
    PAST,
    REPORTING,
    THIRD,
    TRANSITIVE,
)

Match = re.Match[str]
Build = Callable[[Match, Casing], str | None]
_UNITS = words_in("years year days day weeks week months month hours hour minutes minute seconds")
_PEOPLE = re.compile(
    r"\b(?:\w+(?:er|or|ist|ian|man|woman|eur|ant)|king|queen|saint|coach|president|captain|poet|priest|chief"
    r"|monk|pope|emperor|duke|hero|athlete|scholar|chef|artist|lecturer|student|general|native|son|daughter)\b"
)
_BY_PEOPLE = words_in("""
    founded written led directed designed invented discovered built created established run owned won
    defeated elected appointed coached produced published developed signed proposed described introduced
    composed painted coined
""")
_FULL_NAME = re.compile(r"^(?!The )(?:.* )?[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-zA-Z’'-]+$")
_TOO_WIDE = words_in("have get become run need focus lead see make take give set keep")
"""Verbs that say too little to ask what they were done to."""
_PARTICLE_VERBS = {
    "consists": "consist", "consisted": "consist", "refers": "refer", "depends": "depend", "means": "mean",
    "leads": "lead", "led": "lead", "relates": "relate", "applies": "apply", "belongs": "belong",
    "focuses": "focus", "focused": "focus", "results": "result", "resulted": "result",
}  # fmt: skip
_AGENTIVE = words_in("""
    pay sign marry write win play score join tell announce manage sell buy replace captain found discover
    invent name direct lead defeat send establish build design create publish propose introduce develop
    order teach conquer paint produce record launch open acquire organize host appoint elect open kill
    rescue rename lend steal fight beat choose demand complete
""")
"""What people and bodies of people do, so that "who" asks for them."""
_MOVED = {
    "increased": "increase", "decreased": "decrease", "rose": "rise", "fell": "fall", "grew": "grow",
    "dropped": "drop", "declined": "decline", "climbed": "climb",
}  # fmt: skip
_CUT = words_in("that which and or but only just simply largely partly mainly especially even")
_ALSO_DONE = words_in("borrow stay last become apply book register log connect")


def when_passive(match: Match, casing: Casing) -> str | None:
    middle = match["mid"].rstrip()
    if not _is_participle(match["p"]) or middle.endswith((" in", " on", " at", " of")):
        return None
    return f"When {match['be']} {_subject(match, casing)} {match['p']}{middle}?"


def since_when(match: Match, casing: Casing) -> str | None:
    if not _is_participle(match["p"]):
        return None
    done = f"{match['p']}{match['mid'].rstrip()}"
    return f"Since when {match['have']} {_subject(match, casing)} been {done}?"


def when_active(match: Match, casing: Casing) -> str | None:
    base = PAST.get(match["v"])
    return f"When did {_subject(match, casing)} {base} {match['o'].strip()}?" if base else None


def how_many(match: Match, casing: Casing) -> str | None:
    verb = _done(match)
    if not verb:
        return None
    many = "How long" if match["n"] in _UNITS and verb[1] == "take" else f"How many {match['n']}"
    return f"{many} {verb[0]} {_subject(match, casing)} {verb[1]}{match['tail'].rstrip()}?"


def how_many_modal(match: Match, casing: Casing) -> str | None:
    if match["v"] not in BASES | _ALSO_DONE:
        return None
    done = f"{match['v']}{match['tail'].rstrip()}"
    return f"How many {match['n']} {match['m']} {_subject(match, casing)} {done}?"


def how_many_there(match: Match, _casing: Casing) -> str:
    return f"How many {match['n']} {match['be']} there{match['tail'].rstrip()}?"


def how_long(match: Match, casing: Casing) -> str | None:
    if not _is_participle(match["p"]):
        return None
    return f"For how long {match['be']} {_subject(match, casing)} {match['p']}?"


def how_long_may(match: Match, casing: Casing) -> str | None:
    if not _is_participle(match["p"]):
        return None
    return f"For how long {match['m']} {_subject(match, casing)} be {match['p']}?"


def how_often_may(match: Match, casing: Casing) -> str | None:
    if not _is_participle(match["p"]):
        return None
    return f"How often {match['m']} {_subject(match, casing)} be {match['p']}?"


def who_may(match: Match, casing: Casing) -> str | None:
    if len(match["s"].split()) > 4 or not _is_participle(match["p"]):
        return None
    return f"Who {match['m']} {_subject(match, casing)} be {match['p']} by?"


def how_much(match: Match, casing: Casing) -> str | None:
    verb = _done(match)
    return f"How much {verb[0]} {_subject(match, casing)} {verb[1]}?" if verb else None


def how_tall(match: Match, casing: Casing) -> str:
    return f"How {match['adj']} {match['be']} {_subject(match, casing)}?"


def where(match: Match, casing: Casing) -> str:
    return f"Where {match['be']} {_subject(match, casing)} {match['p']}?"


def where_must(match: Match, casing: Casing) -> str:
    return f"Where {match['m']} {_subject(match, casing)} be {match['p']}?"


def used_for(match: Match, casing: Casing) -> str:
    use = "as" if match["as"] == "as" else "for"
    return f"What {match['be']} {_subject(match, casing)} used {use}?"


def why_done(match: Match, casing: Casing) -> str:
    return f"Why {match['be']} {_subject(match, casing)} {match['p']}?"


def by_how_much(match: Match, casing: Casing) -> str:
    return f"By how much did {_subject(match, casing)} {_MOVED[match['v']]}?"


def who_did(match: Match, casing: Casing) -> str | None:
    """Asks for a full name, by what it did to something that is named or counted."""
    base = PAST.get(match["v"]) or THIRD.get(match["v"])
    done = match["o"].strip()
    is_telling = bool(casing.names_in(done)) or any(map(str.isdigit, done))
    if base not in _AGENTIVE or not is_telling or not _FULL_NAME.search(match["s"]):
        return None
    return f"Who {match['v']} {done}?"


def by_whom(match: Match, casing: Casing) -> str | None:
    is_clear = not any(_is_participle(word) for word in match["mid"].split())
    if not _is_participle(match["p"]) or not is_clear:
        return None
    word = "Who" if match["p"] in _BY_PEOPLE else "What"
    done = f"{match['p']}{match['mid'].rstrip()}"
    return f"{word} {match['be']} {_subject(match, casing)} {done} by?"


def known_as(match: Match, casing: Casing) -> str:
    return f"What {match['be']} {_subject(match, casing)} {match['p']}?"


def definition(match: Match, casing: Casing) -> str | None:
    said = match["s"].split()
    is_named = bool(casing.names_in(match["s"]))
    if any(map(str.isdigit, match["s"])):
        return None
    if not is_named and (said[0].casefold() == "the" or len(said) > 3):
        return None
    is_person = is_named and 2 <= len(said) <= 4 and match["s"].istitle() and said[0] != "The"
    is_person = is_person and bool(_PEOPLE.search(" ".join(match["np"].split()[:7])))
    return f"{'Who' if is_person else 'What'} {match['be']} {_subject(match, casing)}?"


def what_verb(match: Match, casing: Casing) -> str | None:
    verb = _done(match)
    if not verb or verb[1] not in TRANSITIVE - _TOO_WIDE:
        return None
    return f"What {verb[0]} {_subject(match, casing)} {verb[1]}?"


def what_particle(match: Match, casing: Casing) -> str | None:
    verb = match["v"]
    done = "did" if verb.endswith("ed") or verb == "led" else "does"
    base = _PARTICLE_VERBS.get(verb)
    return (
        f"What {done} {_subject(match, casing)} {base}{match['prep'].rstrip()}?" if base else None
    )


def what_reported(match: Match, casing: Casing) -> str | None:
    verb = _done(match)
    is_told = verb is not None and verb[1] in REPORTING
    return f"What {verb[0]} {_subject(match, casing)} {verb[1]}?" if verb and is_told else None


def why(match: Match, casing: Casing) -> str | None:
    said = match["vp"].split()
    if said[-1] in _CUT or {"unless", "if", "not"} & set(said):
        return None
    return f"Why {match['aux']} {_subject(match, casing)} {match['vp'].strip()}?"


def what_if(match: Match, _casing: Casing) -> str | None:
    said = match["c"].casefold().split()
    is_past = match["if"] == "When" and any(
        word in PAST or word in {"was", "were"} for word in said
    )
    if (
        is_past
        or len(said) < 5
        or said[-1] in {"you", "it", "they"}
        or not match["c"][-1].isalpha()
    ):
        return None
    return f"What happens {match['if'].casefold()} {match['c'].strip()}?"


def what_to_do(match: Match, _casing: Casing) -> str | None:
    said = match["c"].split()
    if said[0] not in BASES | _ALSO_DONE or said[-1] in {"you", "it", "them"}:
        return None
    return f"What do you have to do to {match['c'].strip()}?"


def what_must(match: Match, casing: Casing) -> str | None:
    if match["vp"].split()[0] in {"be", "have", "not"} or len(match["s"].split()) < 4:
        return None
    return f"What {match['m']} {_subject(match, casing)} do?"


def _subject(match: Match, casing: Casing) -> str:
    return casing.inside(match["s"])


def _is_participle(word: str) -> bool:
    return word in PARTICIPLES or (len(word) > 4 and word.endswith("ed"))


def _done(match: Match) -> tuple[str, str] | None:
    """The auxiliary and the base form that a question has of the verb; None for an unknown verb."""
    verb = match["v"]
    if verb in PAST and (verb not in BASES or PAST[verb] != verb):
        return "did", PAST[verb]
    if verb in THIRD:
        return "does", THIRD[verb]
    last = match["s"].split()[-1]
    is_plural = (last.endswith("s") and not last.endswith(("ss", "'s", "’s"))) or " and " in match[
        "s"
    ]
    return ("do", verb) if verb in BASES and is_plural else None
