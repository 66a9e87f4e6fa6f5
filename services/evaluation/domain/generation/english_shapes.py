"""The shapes of English sentences that leave no doubt what can be asked, and who builds the question."""

import re
from collections.abc import Iterator

from services.evaluation.domain.generation import english_builds as build

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = rf"(?:\d{{1,2}} {MONTH} \d{{4}}|{MONTH} \d{{1,2}}, \d{{4}}|{MONTH} \d{{4}}|\d{{4}})"
DATE = rf"(?:(?:the )?(?:early |late |mid-?)?{_DAY})(?!\d|s\b|-)"
NUMBER = (
    r"(?:\d[\d,.]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|a hundred|hundreds)(?: (?:hundred|thousand|million|billion))?[½¼¾]?"
)
_QUALIFIED = (
    r"(?:(?:up to|at least|at most|about|around|approximately|some|more than|less than|over|nearly|only|just"
    r"|almost|a total of|exactly|roughly) )?"
)
_S = r"(?P<s>[A-Z\d][^,;:()\"“”?]{0,80}?)"
_S_WITHIN = r"(?P<s>[A-Za-z\d][^,;:()\"“”?]{0,80}?)"
_NO_NOUN = (
    r"(?!(?:at|an?|in|of|for|per|on|from|by|with|to|the|and|or|during|times?|percent|out|as|than|who|that"
    r"|more|other)\b)"
)
_COUNTED = rf"(?P<n>(?:{_NO_NOUN}[a-z][\w’'-]* ){{0,2}}{_NO_NOUN}[a-z][\w’'-]+)"
_NO_JOIN = r"(?! and | or | but )"
_TAIL = rf"(?P<tail>(?: (?:in|at|of|for|per|a|an|on|from|by|during|with|to) (?:{_NO_JOIN}[^,;:()]){{1,60}})?)"
_BOUNDARY = r"(?=$|[,;:(–—]| and | but | or | which | that | while | as )"
_BE = r"(?P<be>is|are|was|were)"
_ADVERB = r"(?:(?:also|often|commonly|sometimes|usually|originally|officially|first|now|generally|still) )?"
_MID = r"(?P<mid>(?: [^,;:()\s]+){0,6}?)"
_OBJECT = r"(?:the|a|an|its|their|all|only|both|several|many|some|various|no|any|(?!is|was|has|as)[a-z]+s)\b"
_AUXILIARY = r"(?P<aux>is|are|was|were|can|may|must|should|has|have|cannot)"
_PLACED = (
    r"located|situated|held|based|born|housed|headquartered|buried|played|found|kept|stored|raised"
)
_INTENDED = (
    r"designed|created|established|introduced|built|founded|set up|formed|applied|launched|written"
)
_MOVED = r"increased|decreased|rose|fell|grew|dropped|declined|climbed"
_END_OF_CLAUSE = (
    r"(?=$|[,;:(–—]| (?:and|but|or|which|that|while|as|when|where|who|because|after|before) )"
)
_PRICED = r"costs?|pays?|paid|earns?|earned|receives?|received|raised|spent|charges?|charged"
_PARTICLED = (
    r"consists|consisted|refers|depends|leads|led|relates|applies|belongs|focuses|focused|"
    r"results|resulted|means"
)


def _shapes() -> Iterator[tuple[str, build.Build, float]]:
    yield (
        rf"{_S} (?P<be>was|were) {_ADVERB}(?P<p>[a-z]+){_MID} (?:in|on) {DATE}",
        build.when_passive,
        0.95,
    )
    yield (
        rf"(?:In|On) {DATE},? {_S_WITHIN} (?P<be>was|were) (?P<p>[a-z]+){_MID}{_BOUNDARY}",
        build.when_passive,
        0.95,
    )
    yield rf"{_S} (?P<have>has|have) been (?P<p>[a-z]+){_MID} since {DATE}", build.since_when, 0.9
    yield (
        rf"{_S} (?P<v>[a-z]+) (?P<o>(?:[^,;:()\s]+ ){{1,8}}?)(?:in|on) {DATE}{_BOUNDARY}",
        build.when_active,
        0.9,
    )
    yield (
        rf"(?:In|On) {DATE},? {_S_WITHIN} (?P<v>[a-z]+) (?P<o>(?:the|a|an) [^,;:()]{{2,50}}?){_BOUNDARY}",
        build.when_active,
        0.85,
    )
    yield (
        rf"{_S} (?P<v>[a-z]+) {_QUALIFIED}{NUMBER} {_COUNTED}{_TAIL}{_BOUNDARY}",
        build.how_many,
        0.9,
    )
    yield (
        (
            rf"{_S} (?P<m>can|may|must|will|should) (?P<v>[a-z]+) {_QUALIFIED}{NUMBER} "
            rf"{_COUNTED}{_TAIL}{_BOUNDARY}"
        ),
        build.how_many_modal,
        0.9,
    )
    yield (
        rf"There (?P<be>are|were) {_QUALIFIED}{NUMBER} {_COUNTED}{_TAIL}{_BOUNDARY}",
        build.how_many_there,
        0.8,
    )
    yield (
        rf"{_S} {_BE} (?P<p>[a-z]+) for {_QUALIFIED}{NUMBER} (?:years|days|weeks|months|hours|minutes)",
        build.how_long,
        0.9,
    )
    yield (
        (
            rf"{_S} (?P<m>can|may|must) be (?P<p>[a-z]+) for {_QUALIFIED}{NUMBER} (?:years|days|weeks|"
            rf"months|hours|minutes)"
        ),
        build.how_long_may,
        0.9,
    )
    yield rf"{_S} (?P<m>can|may|must) (?:only )?be (?P<p>[a-z]+) by (?!\d)", build.who_may, 0.85
    yield (
        rf"{_S} (?P<m>can|may|must) (?:only )?be (?P<p>[a-z]+) {_QUALIFIED}(?:once|twice|{NUMBER} times)",
        build.how_often_may,
        0.9,
    )
    yield rf"{_S} (?P<v>{_PRICED}) {_QUALIFIED}(?:[$€£]|\d)", build.how_much, 0.85
    yield (
        rf"{_S} {_BE} {_QUALIFIED}{NUMBER} \w+ (?P<adj>long|high|tall|wide|deep|old|thick){_BOUNDARY}",
        build.how_tall,
        0.95,
    )
    yield (
        rf"{_S} {_BE} {_ADVERB}(?P<p>{_PLACED}) (?:in|at|on|near|along|behind|between) (?!{DATE}|a lot)",
        build.where,
        0.9,
    )
    yield (
        rf"{_S} (?P<m>must|should) (?:always )?be (?P<p>{_PLACED}) (?:in|at|on|near|behind|between) (?!{DATE})",
        build.where_must,
        0.9,
    )
    yield rf"{_S} {_BE} {_ADVERB}used (?P<as>to|for|as) (?!be\b|it\b)", build.used_for, 0.85
    yield rf"{_S} {_BE} {_ADVERB}(?P<p>{_INTENDED}) to (?!be\b|it\b)", build.why_done, 0.85
    yield (
        rf"{_S} (?P<v>{_MOVED}) (?:by )?{_QUALIFIED}{NUMBER} ?(?:%|per ?cent|percentage points)",
        build.by_how_much,
        0.9,
    )
    yield rf"{_S} {_BE} {_ADVERB}(?P<p>[a-z]+){_MID} by (?!\d)", build.by_whom, 0.85
    yield (
        rf"{_S} {_BE} (?P<p>(?:also |often |commonly |sometimes )?(?:known as|called|named|referred to as)) ",
        build.known_as,
        0.9,
    )
    yield rf"{_S} {_BE} (?P<np>(?:a|an|the|one of|any) .{{12,}})$", build.definition, 0.9
    yield (
        rf"{_S} (?P<v>{_PARTICLED})(?P<prep> (?:of|to|on|in) |(?<=means) (?!of|to|on|in))",
        build.what_particle,
        0.85,
    )
    yield rf"{_S} (?P<v>[a-z]+) that ", build.what_reported, 0.8
    yield rf"{_S} {_AUXILIARY} (?P<vp>[^,;:()]{{4,80}}),? because ", build.why, 0.95
    yield (
        r"(?P<if>If|When) (?P<c>(?:(?:the|a|an|you|your|someone|somebody)\b|[A-Z])[^,;:()]{8,80}), ",
        build.what_if,
        0.8,
    )
    yield (
        r"To (?P<c>[a-z][^,;:()]{6,60}), (?:you|please|[a-z]+ (?:the|a|an|your|on|to)\b)",
        build.what_to_do,
        0.85,
    )
    yield rf"{_S} (?P<m>must|should) (?P<vp>[a-z].{{8,}})$", build.what_must, 0.5
    yield rf"{_S} (?P<v>[a-z]+) {_OBJECT} ?.{{3,}}", build.what_verb, 0.75
    yield rf"{_S} (?P<v>[a-z]+) (?P<o>[^,;:()]{{8,90}}?){_END_OF_CLAUSE}", build.who_did, 0.76


RULES = [(re.compile(pattern), built, quality) for pattern, built, quality in _shapes()]
