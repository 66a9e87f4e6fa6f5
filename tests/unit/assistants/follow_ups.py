"""Dialogues over real paragraphs (xquad): which one answers the last question, which leans or not."""

from typing import NamedTuple


class Dialogue(NamedTuple):
    """`paragraph`: the one that answers, in the language of its prefix."""

    paragraph: str
    questions: tuple[str, ...]


FOLLOW_UPS = (
    Dialogue(
        "en-0",
        (
            "How many points did the Panthers defense give up?",
            "And how many interceptions did it have?",
        ),
    ),
    Dialogue("en-0", ("Who led the Panthers in sacks?", "How many fumbles did he force?")),
    Dialogue(
        "en-1",
        (
            "Who did the Broncos beat in the divisional round?",
            "What about the AFC Championship game?",
        ),
    ),
    Dialogue(
        "en-2", ("How old was Peyton Manning in Super Bowl 50?", "Who was the oldest before him?")
    ),
    Dialogue("en-3", ("Who sang the national anthem at Super Bowl 50?", "And who translated it?")),
    Dialogue("en-5", ("Where was the Summer Theatre located?", "How long was it in operation?")),
    Dialogue(
        "en-6", ("Who won the Ekstraklasa Championship in 2000?", "Where is their home venue?")
    ),
    Dialogue(
        "en-7",
        ("What percentage of Warsaw's inhabitants were Catholic in 1901?", "And Protestants?"),
    ),
    Dialogue(
        "en-8",
        ("What is the basic unit of territorial division in Poland?", "And the second level?"),
    ),
    Dialogue(
        "en-9", ("When was Warsaw's first stock exchange established?", "Why did it stop trading?")
    ),
    Dialogue(
        "en-9",
        (
            "When was Warsaw's first stock exchange established?",
            "Where is it located?",
            "And until 2000?",
        ),
    ),
    Dialogue("en-15", ("What year did Tesla die?", "Where did he live?")),
    Dialogue("en-16", ("Who did Tesla partner with in 1886?", "What did they finance?")),
    Dialogue(
        "en-17", ("When did Tesla get his electrical transmitter patent?", "When was it restored?")
    ),
    Dialogue(
        "en-30", ("When did Luther's writings spread to France?", "And who came to hear him?")
    ),
    Dialogue(
        "en-32",
        (
            "What artist provided the woodcuts for Luther's Bible?",
            "Which English translation did it influence?",
        ),
    ),
    Dialogue("en-33", ("What caused Luther to write hymns?", "Why were those two executed?")),
    Dialogue(
        "en-37",
        (
            "What is the second busiest airport in the United States?",
            "What about general aviation?",
        ),
    ),
    Dialogue(
        "en-39",
        (
            "Which team was suspended from the MLS in Los Angeles?",
            "When is it scheduled to return?",
        ),
    ),
    Dialogue("en-41", ("When was Sky Digital launched?", "Which satellite did it use?")),
    Dialogue(
        "en-44",
        (
            "What were the annual carriage fees for the Sky channels?",
            "Does that include video on demand?",
        ),
    ),
    Dialogue("en-46", ("When did Victoria enact its constitution?", "Who can amend it?")),
    Dialogue("en-47", ("When will Toyota close its plant in Victoria?", "And Ford?")),
    Dialogue(
        "en-47", ("When will Toyota close its plant in Victoria?", "And Ford?", "Holden too?")
    ),
    Dialogue(
        "en-49",
        ("When was the colony of New South Wales founded?", "What was its western half called?"),
    ),
    Dialogue(
        "en-50", ("What proclamation abolished protestantism in France?", "Which king issued it?")
    ),
    Dialogue(
        "en-51",
        (
            "In what English colony were Huguenot settlers promised land?",
            "How many of them settled there?",
        ),
    ),
    Dialogue(
        "en-56",
        ("What instrument is used to examine steam engine performance?", "Where was it shown?"),
    ),
    Dialogue(
        "en-57", ("What limits the Rankine cycle's efficiency?", "And the condenser temperature?")
    ),
    Dialogue(
        "en-58", ("Where is Energiprojekt AB based?", "How many cylinders does their engine have?")
    ),
    Dialogue(
        "de-9",
        (
            "Wann wurde die erste Warschauer Börse gegründet?",
            "Und wann wurde sie wiederhergestellt?",
        ),
    ),
    Dialogue("de-5", ("Wo war das Sommertheater in Warschau?", "Wie lange war es in Betrieb?")),
    Dialogue(
        "de-17",
        (
            "Wann erhielt Tesla sein Patent für den elektrischen Transmitter?",
            "Wer hat dann die Funkübertragung gemacht?",
        ),
    ),
    Dialogue("de-47", ("Wann schließt Toyota sein Werk in Victoria?", "Und Holden?")),
    Dialogue(
        "es-9",
        ("¿Cuándo se creó la primera bolsa de valores de Varsovia?", "¿Y cuándo volvió a abrir?"),
    ),
    Dialogue("es-15", ("¿En qué año murió Tesla?", "¿Cómo financiaba su trabajo?")),
    Dialogue(
        "es-57",
        (
            "¿Qué limita la eficiencia de un ciclo de Rankine?",
            "¿Y cuál es la temperatura del condensador?",
        ),
    ),
    Dialogue("hi-9", ("वारसॉ का पहला स्टॉक एक्सचेंज कब स्थापित हुआ?", "इसे फिर से कब स्थापित किया गया?")),
    Dialogue("hi-17", ("टेस्ला को इलेक्ट्रिकल ट्रांसमीटर का पेटेंट कब मिला?", "और उसे कब बहाल किया गया?")),
)
CHANGES_OF_SUBJECT = (
    Dialogue(
        "en-16",
        ("Who sang the national anthem at Super Bowl 50?", "Who did Tesla partner with in 1886?"),
    ),
    Dialogue(
        "en-9", ("What year did Tesla die?", "When was Warsaw's first stock exchange established?")
    ),
    Dialogue(
        "en-46",
        (
            "How old was Peyton Manning in Super Bowl 50?",
            "When did Victoria enact its constitution?",
        ),
    ),
    Dialogue(
        "en-8",
        (
            "Who led the Panthers in sacks?",
            "What is the basic unit of territorial division in Poland?",
        ),
    ),
    Dialogue("en-41", ("What caused Luther to write hymns?", "When was Sky Digital launched?")),
    Dialogue(
        "en-51",
        (
            "What limits the Rankine cycle's efficiency?",
            "In what English colony were Huguenot settlers promised land?",
        ),
    ),
    Dialogue(
        "en-37",
        (
            "When was Sky Digital launched?",
            "Which airport has the busiest single runway in the world?",
        ),
    ),
    Dialogue(
        "en-33",
        (
            "Where is Energiprojekt AB based?",
            "Which hymn did Luther write after the martyrdom of Esch and Voes?",
        ),
    ),
    Dialogue(
        "de-47",
        (
            "Wann wurde die erste Warschauer Börse gegründet?",
            "Welche Automarken hatten Werke in Victoria?",
        ),
    ),
    Dialogue(
        "es-57", ("¿En qué año murió Tesla?", "¿Qué limita la eficiencia de un ciclo de Rankine?")
    ),
)
