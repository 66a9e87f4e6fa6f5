"""The words that say what is to be computed: English first, German, Spanish, French and Hindi beside it.

A phrase stands for a meaning; the planner knows meanings only, so another language is more words here.
"""

from services.assistants.domain.data_question.words import phrase

_PHRASES: dict[str, str] = {
    "count": """
        how many; number of; headcount; head count; count of; count; how often; how many times; is there any; are there any; were there any; no of; what number of; amount of times
        wie viele; wieviele; wie oft; anzahl; anzahl der
        cuantos; cuantas; numero de; cantidad de; cuantas veces
        combien de; combien d; combien; nombre de; nombre d
        कितने; कितनी; कितना; कितनी बार; संख्या; की संख्या; गिनती""",
    "sum": """
        total; totals; sum; sum of; sum up; add up; how much; overall; combined; altogether; in total; in all; aggregate
        summe; gesamt; insgesamt; wie viel; wieviel; zusammen
        suma; suma de; en total; cuanto; cuanta; sumar
        somme; somme de; totale; totaux; au total
        कुल; योग; जोड़; कुल मिलाकर""",
    "avg": """
        average; averages; avg; mean; on average; averaged; typical
        durchschnitt; durchschnitts; durchschnittlich; durchschnittliche; durchschnittlichen; durchschnittlicher; durchschnittliches; mittelwert; im schnitt; mittlere; mittlerer
        promedio; media; medio; en promedio
        moyenne; moyen; en moyenne
        औसत; औसतन""",
    "median": "median; medians; mediana; mediane; माध्यिका",
    "deviation": "standard deviation; std dev; stddev; standardabweichung; desviacion estandar; ecart type; ecart-type",
    "max": """
        highest; maximum; max; largest; biggest; greatest; most; top; best; peak; leading; maximal
        hochste; hochster; hochsten; hochstes; hochst; grosste; grosster; grossten; grosstes; größte; größten; größter; meiste; meisten; am meisten; maximale; maximaler; beste; besten
        maximo; maxima; mayor; mayores; mas alto; mas alta; mas; mejor; mejores
        le plus; la plus; les plus; plus eleve; plus elevee; plus haut; plus grand; plus grande; maximal; maximale; meilleur; meilleurs; meilleure
        सबसे ज्यादा; सबसे ज़्यादा; सबसे अधिक; अधिकतम; सर्वाधिक; सबसे बड़ा; सबसे बड़ी; सबसे ऊँचा""",
    "min": """
        lowest; minimum; min; smallest; least; fewest; worst; bottom; minimal
        niedrigste; niedrigster; niedrigsten; niedrigstes; kleinste; kleinster; kleinsten; wenigsten; am wenigsten; geringste; geringsten; minimale; schlechteste
        minimo; minima; menor; menores; mas bajo; mas baja; menos; peor
        le moins; la moins; les moins; plus bas; plus basse; plus petit; plus petite; plus faible; minimale; pire
        सबसे कम; न्यूनतम; सबसे छोटा; सबसे छोटी""",
    "by": """
        by; per; for each; for every; in each; in every; of each; of every; from each; each; every; across; across all; for all; broken down by; break down by; breakdown by; grouped by; group by; split by; according to; by each; at each; for the different; for the various
        nach; pro; je; für jede; für jeden; für jedes; jede; jeden; aufgeschlüsselt nach; gruppiert nach
        por; por cada; para cada; cada; segun; agrupado por; de cada; en cada
        par; pour chaque; chaque; selon; de chaque; dans chaque
        के अनुसार; प्रति; हर; प्रत्येक; के हिसाब से; अनुसार""",
    "which": """
        which; what; who; whose; where; when; what is; what was; what are; what were
        welche; welcher; welches; welchen; welchem; was; wer; wo; wann
        que; cual; cuales; quien; quienes; donde; cuando
        quel; quelle; quels; quelles; qui; quoi; ou; quand
        कौन; कौनसा; कौनसी; किस; क्या; कब; कहाँ; किसने; किसकी; किसका; किसके""",
    "distinct": """
        different; distinct; unique; individual
        verschiedene; verschiedenen; unterschiedliche; unterschiedlichen; eindeutige
        distintos; distintas; diferentes; unicos; unicas
        differents; differentes; distincts; uniques
        अलग; अलग अलग; भिन्न""",
    "share": """
        percentage; percentages; percent; pct; share; shares; proportion; proportions; fraction; what part; ratio of; %; rate of
        anteil; anteile; prozent; prozentsatz; prozentual; prozentualer
        porcentaje; proporcion; por ciento; cuota
        pourcentage; proportion; pour cent; quelle part; part
        प्रतिशत; हिस्सा; हिस्सेदारी; अनुपात""",
    "difference": """
        difference; difference between; gap between; how much more; how many more; how much higher; how much less; how many fewer; how much lower; how much bigger; how much larger
        differenz; unterschied; wie viel mehr; wie viele mehr
        diferencia; cuanto mas; cuantos mas
        difference entre; combien de plus; ecart; ecart entre
        अंतर; फर्क""",
    "change": """
        growth; grow; grew; change; changed; increase; increased; decrease; decreased; decline; declined
        wachstum; veränderung; crecimiento; cambio; croissance; variation; evolution; वृद्धि; बदलाव""",
    "list": """
        list; list all; show; show me; display; give me; find; print; enumerate; name all; get; fetch; return all; i want; i need; tell me; compare; provide
        liste; liste alle; zeige; zeig; zeig mir; zeige mir; gib mir; nenne; vergleiche
        lista; listar; muestra; muestrame; mostrar; dame; enumera; compara
        lister; montre; montrez; affiche; affichez; donne; donnez; enumere; compare; donne moi; montre moi
        सूची; दिखाओ; दिखाएँ; दिखाएं; बताओ; बताइए; बताएं; दीजिए""",
    "chart": """
        chart; charts; plot; graph; graphs; diagram; visualize; visualise; visualization; draw; histogram
        diagramm; grafik; zeichne; grafico; grafica; graphique; courbe; चार्ट; ग्राफ""",
    "bar": "bar chart; bar graph; bars; column chart; balkendiagramm; säulendiagramm; grafico de barras; histogramme",
    "line": "line chart; line graph; line plot; liniendiagramm; grafico de lineas; courbe",
    "area": "area chart; area graph; area plot; flächendiagramm; grafico de area; grafico de areas; aires",
    "doughnut": "pie chart; pie; doughnut; donut; doughnut chart; donut chart; ring chart; kreisdiagramm; tortendiagramm; pastel; camembert; anneau",
    "trend": "over time; trend; trends; development; through time; zeitverlauf; im zeitverlauf; im laufe der zeit; entwicklung; verlauf; a lo largo del tiempo; tendencia; au fil du temps; tendance; समय के साथ",
    "not": """
        not; except; except for; excluding; other than; without; outside; outside of; but not; apart from; non; isn't; aren't; wasn't; weren't; didn; isn; aren; wasn; weren; never; no; neither; besides; ignoring
        nicht; kein; keine; außer; ohne; ausser; exkl
        excepto; salvo; sin; menos los de; excluyendo; fuera de
        sauf; hors; sans; excepte; pas; hormis
        नहीं; के अलावा; छोड़कर; को छोड़कर; बिना""",
    "descending": "descending; desc; highest first; largest first; from highest to lowest; sorted descending; absteigend; descendente; decroissant; ranked; rank; ranking; in descending order",
    "ascending": "ascending; asc; lowest first; smallest first; from lowest to highest; in ascending order; aufsteigend; ascendente; croissant",
    "rows": """
        row; rows; record; records; entry; entries; line; lines; data points; observations
        zeile; zeilen; eintrag; eintrage; datensatz; datensatze; fila; filas; registro; registros; ligne; lignes; enregistrements; पंक्ति; पंक्तियाँ; रिकॉर्ड""",
    "schema": """
        which columns; what columns; which fields; what fields; which tables; what tables; what data; which data; what sheets; which sheets; what datasets; column names; list the columns; list columns; list the tables; describe the data; what kind of data
        welche spalten; welche tabellen; welche daten; que columnas; que tablas; que datos; quelles colonnes; quelles tables; quelles donnees; कौन से कॉलम; कौन सी तालिकाएँ""",
    "best selling": "best selling; best seller; best sellers; bestselling; top selling; most sold; meistverkaufte; meistverkauften; mas vendido; mas vendidos; plus vendu; plus vendus; worst selling; सबसे ज्यादा बिकने वाला",
    "popular": "most popular; busiest; used most; most used; used most often; most often used; most commonly used; most common; most frequent; most frequently; most often; commonest; häufigste; häufigsten; mas popular; mas comun; mas frecuente; plus populaire; plus courant; plus frequent; सबसे लोकप्रिय; सबसे आम",
    "rarest": "least popular; quietest; least common; least frequent; rarest; seltenste; menos comun; moins courant",
    "empty": "missing; empty; blank; null; unknown; fehlt; fehlende; leer; vacio; vacia; manquant; vide",
    "filled": "filled; non empty; present; not missing; not empty; not blank; available",
    "and": "and; und; y; et; और; &; vs; versus; or; oder; o; ou; या; compared to; compared with; than; nor; as well as; gegenüber; verglichen mit",
    "everything": "all; alle; todos; todas; tous; toutes; सभी",
}  # fmt: skip

_BUCKETS: dict[str, str] = {
    "year": "year; years; yearly; annual; annually; yearwise; jahr; jahre; jahren; jährlich; año; años; anual; ano; anos; annee; annees; annuel; वर्ष; साल; वार्षिक",
    "quarter": "quarter; quarters; quarterly; quartal; quartale; quartalsweise; trimestre; trimestres; trimestral; trimestriel; तिमाही",
    "month": "month; months; monthly; monat; monate; monatlich; monatliche; mes; meses; mensual; mois; mensuel; महीने; महीना; माह; मासिक",
    "week": "week; weeks; weekly; calendar week; woche; wochen; wöchentlich; semana; semanas; semanal; semaine; semaines; hebdomadaire; सप्ताह; हफ्ते; साप्ताहिक",
    "day": "day; days; daily; tag; tage; täglich; dia; dias; diario; jour; jours; quotidien; दिन; दैनिक; प्रतिदिन",
    "weekday": "weekday; weekdays; day of week; day of the week; days of the week; wochentag; wochentage; dia de la semana; jour de la semaine",
    "hour": "hour; hours; hourly; hour of the day; stunde; hora; heure; घंटे",
}  # fmt: skip

_FILLERS = """
    a an the of in on at for from to with within during into as this that these those there here it its their our my your his her
    is are was were be been being do does did done have has had having can could would should will shall may might must
    i we you they he she me us them please just only also so then if any some which who whom whose what when where how much many
    place placed made make makes sold sell sells selling bought buy buys purchased order ordered come comes came coming get gets got
    generate generated generates bring brought produce produced belong belongs live lives living based located situated
    exist exists existing contain contains include included including happen happened occur occurred found recorded registered listed
    value values figure figures number numbers amount amounts result results data dataset table tables sheet sheets file workbook excel spreadsheet
    dollar dollars euro euros usd eur gbp inr pound pounds rupee rupees $ € £ ₹ between zwischen entre only
    flagged marked tagged equal equals equaling exactly corresponding respective given where whether using used use based like look see know want need tell calculate compute
    treated ended lasted last covered aged collect collected charged taught offered billed recorded performed completed joined join started start created opened submitted received receive receives raised reported handled handle assigned took take takes taken still currently yet so far remaining
    drove driven travelled traveled develop develops developed evolve evolved
    determine work out find show up down by far ever currently now were called named having shown across together same each whose via
    per all and or than then compared contribute contributes contributed account accounts accounted made up go goes going went sum work works working worked
    company firm business store stored please say says said period range single overall one ones most
    der die das den dem des ein eine einer eines einem einen im in am an auf aus bei mit von vom zu zum zur für ist sind war waren wird wurde wurden hat haben hatte
    gibt es gab mir uns ich wir man und oder auch bitte als wie alle aller allen gemacht verkauft bestellt erzielt den dieser diese dieses
    el la los las un una unos unas de del al en con para por es son era eran fue fueron ha han hay habia se lo su sus y o que nos me realizado vendido vendidos cuyo todos todas
    le la les l un une des du de d en dans au aux avec pour sur est sont etait etaient a ont y il elle se ce cette ces son sa ses et ou que nous me fait vendu vendus tous toutes total
    का की के को में से पर है हैं था थे थी और या ने किया हुई हुए हुआ यह वह जो एक भी गए गई गया हो कर सा सी सबसे
"""


def _table(groups: dict[str, str]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for meaning, listed in groups.items():
        for each in listed.replace("\n", ";").split(";"):
            if words := phrase(each.strip()):
                found.setdefault(words, meaning)
    return found


PHRASES = _table(_PHRASES)
"""Folded words to their meaning."""
BUCKETS = _table(_BUCKETS)
"""Folded words to a length of time."""
FILLERS = frozenset(word for each in _FILLERS.split() for word in phrase(each))
"""Words that say nothing about what is to be computed."""
LONGEST = max(len(words) for words in (*PHRASES, *BUCKETS))
