"""German, Spanish, French and Hindi sentences turned into questions, where their shape leaves no doubt."""

import re
from collections.abc import Callable, Iterable

from services.evaluation.domain.generation.english import Asked

Match = re.Match[str]
Rule = tuple[re.Pattern[str], Callable[[Match], str | None], float]
MOST_SUBJECT_WORDS = 7
_YEAR = r"(?:1[0-9]|20)\d{2}"
_POINTING = {
    "de": r"er|sie|es|ihn|ihm|ihr\w*|sein\w*|dies\w*|jen\w*|dort|hier|dabei|dazu|damit|man|wir|ich|solche\w*|"
    r"(?:dar|wor|hier)(?:in|an|auf|aus|über|unter)|wer|was|das|welche\w*|derselbe\w*|andere\w*",
    "es": r"él|ella|ellos|ellas|su|sus|este|esta|esto|estos|estas|ese|esa|eso|aquel\w*|allí|aquí|lo|"
    r"nosotros|yo|otro\w*",
    "fr": r"il|elle|ils|elles|son|sa|ses|leur|leurs|ce|cet|cette|ces|cela|ceci|là|ici|on|nous|je|y|autre\w*",
    "hi": r"यह|वह|ये|वे|इस\w*|उस\w*|इन\w*|उन\w*|यहाँ|वहाँ|हम|मैं|अपन\w*",
}
_DENIED_FIRST = {
    "de": r"in|im|an|am|auf|bei|mit|nach|von|vom|zu|zum|zur|seit|durch|für|wenn|als|obwohl|da|so|"
    r"auch|doch|aber|und|oder|"
    r"nur|schon|noch|danach|zunächst|später|insgesamt|unter|über|um|ab|bis|aus|während|trotz|wegen|nicht|einer|eines|"
    r"viele|einige|alle|beide|heute|hier|dort|zudem|dazu|dabei|den|dem|des|deshalb|seitdem|dennoch|jedoch|daher|dann|damals|meist\w*|oft|manchmal|trotzdem|allerdings|entgegen|somit|außerdem|ebenso|"
    r"schließlich|vor|hinter|neben|zwischen|statt|anders|besonders|weiterhin|derzeit|inzwischen|"
    r"nachdem|bevor|seither|hinzu|teil|ziel|grund|folge",
    "es": r"en|se|con|por|para|de|del|desde|hasta|cuando|como|si|aunque|pero|y|o|no|también|además|"
    r"según|entre|sobre|tras|"
    r"durante|sin|a|al|muchos|muchas|algunos|algunas|todos|todas|ambos|uno|una|un|después|antes|así|"
    r"hoy|sin embargo|parte|"
    r"desde|allí|luego|entonces|ahora|gran|más|menos|uno|esto",
    "fr": r"en|dans|avec|par|pour|de|du|des|depuis|jusqu\w*|quand|comme|si|mais|et|ou|ne|aussi|"
    r"selon|entre|sur|après|avant|"
    r"pendant|sans|à|au|aux|beaucoup|certains|certaines|tous|toutes|plusieurs|ainsi|lors|lorsque|un|une|aujourd'hui",
    "hi": r"और|लेकिन|परंतु|यदि|अगर|जब|तब|तो|कि|जो|फिर|इसलिए|हालांकि|एक|कई|कुछ|सभी|बाद|पहले",
}


def questions_in(language: str, sentence: str) -> list[Asked]:
    """Those that the sentence answers, best first; none where language or shape is not known."""
    text = sentence.strip("“”„«»\"' ").rstrip(".!।")
    found = []
    for pattern, build, quality in _RULES.get(language, ()):
        match = pattern.match(text)
        if match and _stands_alone(language, match["s"]) and (question := build(match)):
            found.append(Asked(question, quality))
    return sorted(found, key=lambda each: -each.quality)


def _stands_alone(language: str, subject: str) -> bool:
    if len(subject.split()) > MOST_SUBJECT_WORDS or re.search(r"[,;:()\"“”«»]", subject):
        return False
    if re.match(rf"(?:{_DENIED_FIRST[language]})\b", subject, re.IGNORECASE):
        return False
    return not re.search(rf"(?<!\w)(?:{_POINTING[language]})(?!\w)", subject, re.IGNORECASE)


def _inside(subject: str, articles: str) -> str:
    first, blank, rest = subject.partition(" ")
    is_article = first.casefold() in articles.split()
    return f"{first.casefold()}{blank}{rest}" if is_article else subject


def _de(subject: str) -> str:
    return _inside(subject, "der die das ein eine")


def _es(subject: str) -> str:
    return _inside(subject, "el la los las")


def _fr(subject: str) -> str:
    small = subject[0].lower() + subject[1:] if subject[:2] in {"L'", "L’"} else subject
    return _inside(small, "le la les")


def _cuantos(match: Match) -> str | None:
    noun = match["n"]
    if not noun.endswith(("os", "as")):
        return None
    return (
        f"¿{'Cuántas' if noun.endswith('as') else 'Cuántos'} {noun} {match['v']} {_es(match['s'])}?"
    )


def _wie_viele(match: Match) -> str:
    return f"Wie viele {match['n']} {match['v']} {_de(match['s'])}?"


_S = r"(?P<s>[^\W\d_][^,;:()]{1,70}?)"


def _compiled(rules: Iterable[tuple[str, Callable[[Match], str | None], float]]) -> list[Rule]:
    return [(re.compile(pattern), build, quality) for pattern, build, quality in rules]


_RULES: dict[str, list[Rule]] = {
    "de": _compiled(
        [
            (
                (
                    rf"^{_S} (?P<v>wurden?) (?:im Jahre? |am \d+\. \w+ |im \w+ |erstmals )?{_YEAR} .{{0,90}}?"
                    r"(?P<p>(?:ge\w+t|ge\w+en|\w{3,}iert|be\w+t|er\w+t|er\w+en|ver\w+t|zer\w+t))(?: und \w+)?$"
                ),
                lambda m: f"Wann {m['v']} {_de(m['s'])} {m['p']}?",
                0.95,
            ),
            (
                (
                    rf"^{_S} (?P<v>ist|sind|war|waren) (?:ein|eine|der|die|das) (?!gleiche|selbe|meiste|"
                    rf"erste Mal).{{12,}}$"
                ),
                lambda m: f"Was {m['v']} {_de(m['s'])}?",
                0.85,
            ),
            (
                (
                    rf"^{_S} (?P<v>hat|haben|hatte|hatten|umfasst|umfassen|besitzt) (?:etwa |rund |"
                    rf"mehr als |über |ca\. )?"
                    r"[\d.]+ (?P<n>[A-ZÄÖÜ]\w+)(?=$|[,. ])"
                ),
                _wie_viele,
                0.9,
            ),
            (
                rf"^{_S} (?P<v>kostet|kosten) .*\d",
                lambda m: f"Wie viel {m['v']} {_de(m['s'])}?",
                0.9,
            ),
            (
                (
                    rf"^{_S} (?P<v>liegt|befindet sich|liegen|befinden sich) (?:in|im|an|am|auf|bei|"
                    rf"zwischen|nördlich|südlich) "
                ),
                lambda m: (
                    f"Wo {m['v'].split()[0]} {'sich ' if 'sich' in m['v'] else ''}{_de(m['s'])}?"
                ),
                0.9,
            ),
            (
                rf"^{_S} (?P<v>besteht|bestehen) aus ",
                lambda m: f"Woraus {m['v']} {_de(m['s'])}?",
                0.9,
            ),
        ]
    ),
    "es": _compiled(
        [
            (
                (
                    rf"^{_S} (?P<v>fue|fueron) (?P<p>\w+(?:ado|ada|ados|adas|ido|ida|idos|idas|ito|"
                    rf"ita)) .{{0,60}}?en (?:el año )?{_YEAR}\b"
                ),
                lambda m: f"¿Cuándo {m['v']} {m['p']} {_es(m['s'])}?",
                0.95,
            ),
            (
                rf"^{_S} (?P<v>es|son|era|eran|fue) (?:un|una|el|la|los|las|uno de|una de) (?!mism).{{12,}}$",
                lambda m: f"¿Qué {m['v']} {_es(m['s'])}?",
                0.85,
            ),
            (
                (
                    rf"^{_S} (?P<v>tiene|tienen|tenía|contiene|contienen|posee) (?:unos |unas |más de |"
                    rf"casi )?[\d.]+ (?P<n>[a-zñáéíóú]+)"
                ),
                _cuantos,
                0.9,
            ),
            (
                (
                    rf"^{_S} (?P<v>está|están|estaba|se encuentra|se encuentran) (?:situad[oa]s? |"
                    rf"ubicad[oa]s? )?(?:en|cerca|junto|al) "
                ),
                lambda m: f"¿Dónde {m['v']} {_es(m['s'])}?",
                0.85,
            ),
            (
                rf"^{_S} (?P<v>consta|constan|consiste|consisten|depende|dependen) (?P<prep>de|en) ",
                lambda m: f"¿{m['prep'].title()} qué {m['v']} {_es(m['s'])}?",
                0.9,
            ),
        ]
    ),
    "fr": _compiled(
        [
            (
                (
                    rf"^{_S} (?P<v>a été|ont été|fut|furent) (?P<p>\w+(?:é|ée|és|ées|it|ite|ie|i|uit|"
                    rf"uite)) .{{0,60}}?en {_YEAR}\b"
                ),
                lambda m: f"En quelle année {_fr(m['s'])} {m['v']} {m['p']} ?",
                0.9,
            ),
            (
                (
                    rf"^{_S} (?P<v>est|sont|était|étaient) (?:un|une|le|la|les|l['’]\w+|l['’]un|des) "
                    rf"(?!même).{{12,}}$"
                ),
                lambda m: (
                    f"Qu'est-ce que {_fr(m['s'])} ?"
                    if m["v"] == "est"
                    else f"Que {m['v']} {_fr(m['s'])} ?"
                ),
                0.85,
            ),
            (
                (
                    rf"^{_S} (?P<v>compte|comptent|possède|comprend|comprennent) (?:environ |plus de |"
                    rf"près de )?[\d ]+ (?P<n>[a-zéèêà]+s)\b"
                ),
                lambda m: f"Combien de {m['n']} {m['v']} {_fr(m['s'])} ?",
                0.9,
            ),
            (
                rf"^{_S} (?P<v>se trouve|se trouvent|se situe|se situent) (?:dans|à|au|en|près|sur) ",
                lambda m: f"Où {m['v']} {_fr(m['s'])} ?",
                0.9,
            ),
        ]
    ),
    "hi": _compiled(
        [
            (
                r"^(?P<s>[^,;:()।]{2,50}?) एक [^।]{8,} (?:है|था|थी|हैं|थे)$",
                lambda m: f"{m['s']} क्या है?",
                0.85,
            ),
        ]
    ),
}
