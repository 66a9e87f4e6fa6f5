"""English verbs whose forms the questions need: the common ones that take an object, and no others."""

from services.evaluation.domain.generation.phrases import words_in

_IRREGULAR = """
begin began begun|break broke broken|bring brought brought|build built built|buy bought bought
choose chose chosen
cost cost cost|draw drew drawn|feed fed fed|find found found|gain gained gained|get got got
give gave given|grow grew grown
have had had|hold held held|keep kept kept|know knew known|lead led led|lend lent lent|lose lost lost
make made made
meet met met|pay paid paid|provide provided provided|raise raised raised|run ran run|see saw seen|sell sold sold
send sent sent|set set set|show showed shown|spend spent spent|steal stole stolen|take took taken
teach taught taught
tell told told|throw threw thrown|understand understood understood|wear wore worn|win won won
write wrote written
catch caught caught|fight fought fought|leave left left|become became become|beat beat beaten|speak spoke spoken
"""
_REGULAR = """
accept achieve acquire add address adopt affect allow announce argue attract average award believe carry
cause cede
celebrate charge claim collect combine compare complete compose comprise conclude conduct conquer
contain contribute
control convert cover create declare defeat defend define deliver demand demonstrate deny describe
design destroy
determine develop direct discover discuss divide double earn elect eliminate employ enable encourage
enforce enter
establish estimate examine exceed exclude execute exhibit expand explain explore express face favor
feature finish focus
force form found fund gain generate govern grant handle help host identify implement improve include
increase indicate
influence inherit install introduce invent investigate involve issue join launch limit list maintain
manage manufacture
mark measure mention name need note observe obtain occupy offer open operate oppose order organize own
pass perform place
plan play possess predict prefer prepare present preserve prevent process produce promise promote
propose protect prove
publish purchase reach receive recognize recommend record recover reduce reflect refuse reject release
remove rename
repair replace report represent require rescue reserve restore reveal rule sack save score secure seek
serve settle share
sign specify sponsor state store study suggest supply support surround target test total trade train
transform treat
unite use value visit want welcome
"""
_DOUBLED = "ban cap commit control drop equip permit plan refer ship stop transfer"
REPORTING = words_in("""
    state say show suggest argue find believe claim report note hold predict indicate conclude
    demonstrate announce reveal declare prove propose explain mention assume confirm recommend require
    discover observe determine
""")
_INTRANSITIVE = frozenset({"say", "assume", "confirm"})


def _third(base: str) -> str:
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "ch", "sh", "o", "z")):
        return f"{base}es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED.split() else f"{base}ed"


_PARTS = [entry.split() for entry in _IRREGULAR.replace("\n", "|").split("|") if entry.strip()]
_REGULARS = {*_REGULAR.split(), *_DOUBLED.split(), *REPORTING} - {parts[0] for parts in _PARTS}
_REGULARS -= {"say"}
BASES = frozenset({parts[0] for parts in _PARTS} | _REGULARS | {"say"})
PAST = (
    {parts[1]: parts[0] for parts in _PARTS}
    | {_past(base): base for base in _REGULARS}
    | {"said": "say"}
)
"""From the past to the base form: `won` is of `win`."""
THIRD = {_third(base): base for base in BASES}
"""From the third person to the base form: `holds` is of `hold`."""
PARTICIPLES = frozenset(
    {parts[2] for parts in _PARTS}
    | {_past(base) for base in _REGULARS}
    | {
        "born",
        "located",
        "situated",
        "based",
        "housed",
        "headquartered",
        "buried",
        "erected",
        "demolished",
        "abolished",
    }
)
TRANSITIVE = BASES - _INTRANSITIVE
