"""Names of months and weekdays, and the small words around dates, in five languages."""

from services.assistants.domain.data_question.words import fold, stem

_MONTHS = (
    "january jan januar enero janvier जनवरी jänner",
    "february feb februar febrero février फरवरी",
    "march mar märz marzo mars मार्च",
    "april apr abril avril अप्रैल",
    "may mai mayo मई",
    "june jun juni junio juin जून",
    "july jul juli julio juillet जुलाई",
    "august aug agosto août अगस्त",
    "september sep sept septiembre septembre सितंबर सितम्बर",
    "october oct oktober okt octubre octobre अक्टूबर",
    "november nov noviembre novembre नवंबर नवम्बर",
    "december dec dezember dez diciembre décembre दिसंबर दिसम्बर",
)
_WEEKDAYS = (
    "monday montag montags lunes lundi सोमवार",
    "tuesday dienstag dienstags martes mardi मंगलवार",
    "wednesday mittwoch mittwochs miércoles mercredi बुधवार",
    "thursday donnerstag donnerstags jueves jeudi गुरुवार",
    "friday freitag freitags viernes vendredi शुक्रवार",
    "saturday samstag samstags sábado samedi शनिवार",
    "sunday sonntag sonntags domingo dimanche रविवार",
)
_CODES: dict[str, str] = {
    "of": "of the in end de del du im des in der on en a का की के में le el den am",
    "th": "st nd rd th er",
    "o1": "first 1st erste ersten erstes primer primera premier première पहली पहले",
    "o2": "second zweite zweiten zweites segundo segunda deuxième second दूसरी दूसरे",
    "o3": "third dritte dritten drittes tercer tercera troisième तीसरी तीसरे",
    "o4": "fourth vierte vierten viertes cuarto cuarta quatrième चौथी चौथे",
    "Q": "quarter quartal trimestre तिमाही",
    "H": "half halbjahr hälfte semestre mitad moitié",
    "L": "last past previous prior letzten letzte letztes letzter vergangenen vorigen último última últimos últimas pasado dernier dernière derniers dernières पिछले पिछला पिछली",
    "T": "this current dieses diesem diesen diese aktuellen este esta cette ce इस",
    "today": "today heute hoy aujourd'hui आज",
    "yesterday": "yesterday gestern ayer hier",
    "u:year": "year years jahr jahre jahren año años année années वर्ष साल",
    "u:month": "month months monat monate monaten monats mes meses mois महीने महीना माह",
    "u:week": "week weeks woche wochen semana semanas semaine semaines सप्ताह हफ्ते",
    "u:day": "day days tag tage tagen día días jour jours दिन दिनों",
    "S": "since starting beginning seit ab desde depuis",
    "A": "after nach después après बाद",
    "B": "before prior vor antes avant पहले",
    "U": "until till through up bis hasta jusque jusqu",
    "W": "between zwischen entre",
    "F": "from von vom desde de",
    "&": "and und y et और",
    "to": "to bis a à through till until से",
    "on": "on onwards onward forward later ab",
}  # fmt: skip


def _numbered(groups: tuple[str, ...]) -> dict[str, int]:
    return {
        form: number
        for number, names in enumerate(groups, start=1)
        for name in names.split()
        for form in (fold(name), stem(fold(name)))
    }


MONTHS = _numbered(_MONTHS)
"""Folded names of months to their number."""
WEEKDAYS = _numbered(_WEEKDAYS)
"""Folded names of weekdays to their number; Monday is 1."""
CODES: dict[str, str] = {}
"""Folded words to the letter that patterns of dates are written with; the first meaning counts."""
for _code, _words in _CODES.items():
    for _word in _words.split():
        CODES.setdefault(fold(_word), _code)
MONTH_NAMES = tuple(names.split()[0].capitalize() for names in _MONTHS)
WEEKDAY_NAMES = tuple(names.split()[0].capitalize() for names in _WEEKDAYS)
