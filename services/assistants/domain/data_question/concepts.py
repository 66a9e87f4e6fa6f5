"""Words that name the same kind of column, and what a column can be used for."""

from collections.abc import Sequence

from services.assistants.domain.data_question.tables import Column
from services.assistants.domain.data_question.words import fold, name_words, stem

_CONCEPTS: dict[str, str] = {
    "revenue": """revenue sales sale turnover earn earns earned amount income earnings proceeds value spend spent spending takings money umsatz umsätze erlös erlöse
        betrag einnahmen ingreso ingresos venta ventas importe facturación vente ventes chiffre affaires montant recettes revenu revenus बिक्री राजस्व आय रकम""",
    "price": "price pricing cost costs preis preise precio precios prix tarif कीमत मूल्य दाम",
    "cost": "cost costs charge charges fee fees expense expenses expenditure kosten aufwand ausgaben costo coste costos gasto gastos coût coûts dépense dépenses लागत खर्च",
    "profit": "profit profits margin gain gains gewinn gewinne marge beneficio ganancia ganancias bénéfice bénéfices लाभ मुनाफा",
    "quantity": """quantity qty quantities units unit pieces items volume menge mengen stück stückzahl cantidad unidades quantité quantités
        unités मात्रा इकाइयाँ""",
    "customer": "customer client buyer shopper purchaser consumer kunde kunden kundin cliente clientes acheteur clients ग्राहक",
    "product": "product item article sku goods merchandise produkt produkte artikel producto productos articulo produit produits article उत्पाद सामान",
    "employee": "employee staff worker personnel mitarbeiter angestellte empleado empleados employé employés salarié कर्मचारी",
    "country": "country nation countries land länder ländern país países pays देश",
    "region": "region area territory zone regionen región regiones région régions gebiet क्षेत्र इलाका",
    "city": "city town municipality stadt städte ort ciudad ciudades ville villes शहर नगर",
    "date": "date day datum fecha jour तारीख दिनांक",
    "category": "category type kind segment class group kategorie kategorien categoría categorías catégorie catégories श्रेणी वर्ग",
    "status": "status state condition zustand estado statut état स्थिति",
    "order": """order purchase transaction bestellung bestellungen auftrag aufträge pedido pedidos orden órdenes commande commandes
        ऑर्डर आदेश""",
    "discount": "discount rebate reduction rabatt rabatte descuento descuentos remise réduction छूट",
    "salary": "salary wage pay compensation earning earn earns earned verdient gehalt gehälter lohn löhne salario salarios sueldo salaire salaires paie वेतन तनख्वाह",
    "department": "department dept division team unit abteilung abteilungen departamento departamentos département départements service विभाग",
    "supplier": "supplier vendor provider lieferant lieferanten proveedor proveedores fournisseur fournisseurs आपूर्तिकर्ता",
    "store": "store shop branch outlet location filiale filialen laden tienda tiendas sucursal magasin magasins boutique दुकान स्टोर",
    "channel": "channel kanal canal चैनल",
    "seller": "seller salesperson salesman rep representative agent salesrep verkäufer vendedor vendedores vendeur vendeurs विक्रेता",
    "driver": "driver chauffeur courier rider fahrer conductor conducteur चालक",
    "doctor": "doctor physician nurse surgeon arzt ärztin médico médecin डॉक्टर",
    "technician": "technician mechanic operator inspector techniker técnico technicien",
    "member": "member guest tenant player author owner mitglied gast mieter miembro membre",
    "manager": "manager boss supervisor lead leiter gerente jefe responsable प्रबंधक",
    "payment": "payment pay zahlung zahlungsart pago paiement भुगतान",
    "shipping": "shipping shipment delivery freight versand lieferung envío entrega livraison expédition",
    "tax": "tax vat steuer mwst impuesto iva taxe tva कर",
    "rating": "rating stars review satisfaction csat nps score bewertung bewertungen calificación note évaluation रेटिंग",
    "score": "score grade mark marks points punkte nota puntos note points अंक",
    "age": "age alter edad âge उम्र आयु",
    "weight": "weight mass gewicht peso poids वजन",
    "height": "height größe altura taille ऊँचाई",
    "duration": "duration length time minutes hours hour days seconds dauer duración durée अवधि",
    "distance": "distance entfernung distancia kilometres kilometers miles दूरी",
    "stock": "stock inventory bestand lager inventario existencias भंडार",
    "budget": "budget etat presupuesto बजट",
    "population": "population inhabitants residents einwohner bevölkerung población habitantes habitants जनसंख्या",
    "person": "people person persons leute personen personas gente personnes gens लोग",
    "name": "name title bezeichnung nombre nom titre नाम",
    "brand": "brand make marke marca marque ब्रांड",
    "color": "color colour farbe couleur रंग",
    "size": "size größe tamaño talla taille आकार",
    "gender": "gender sex geschlecht género sexo genre sexe लिंग",
    "student": "student pupil schüler studenten estudiante alumno étudiant élève छात्र",
    "teacher": "teacher instructor lehrer profesor professeur enseignant शिक्षक",
    "project": "project projekt proyecto projet परियोजना",
    "patient": "patient patienten paciente मरीज",
    "invoice": "invoice bill rechnung rechnungen factura facture चालान बिल",
    "return": "returned refund refunded retoure devuelto retourné",
    "year": "year jahr año année साल वर्ष",
}  # fmt: skip

_OF: dict[str, frozenset[str]] = {}
for _concept, _listed in _CONCEPTS.items():
    for _word in _listed.split():
        for _form in (fold(_word), stem(fold(_word))):
            _OF[_form] = _OF.get(_form, frozenset()) | {_concept}

_IDENTIFYING = frozenset(
    [
        "id",
        "ids",
        "code",
        "no",
        "nr",
        "number",
        "num",
        "key",
        "uuid",
        "guid",
        "ref",
        "reference",
        "nummer",
        "numero",
        "#",
        "sku",
    ]
)
_UNITS = frozenset(
    "eur euro usd dollar gbp inr chf jpy kg lb km cm mm sqm in c kw kwh mw mwh".split()
)
SAYS_LITTLE = frozenset(
    "qty quantity amount value total count level name title sum text label after before".split()
)
"""Behind another word these add little to a column's name: Customer Name, Stock Qty."""
_NOT_ADDED = _IDENTIFYING | frozenset(
    [
        "year",
        "month",
        "day",
        "week",
        "quarter",
        "zip",
        "postcode",
        "postal",
        "phone",
        "jahr",
        "monat",
        "index",
        "rank",
        "latitude",
        "longitude",
        "lat",
        "lon",
        "plz",
    ]
)
_PER_UNIT = frozenset(
    [
        "price",
        "unit",
        "per",
        "balance",
        "peak",
        "max",
        "min",
        "level",
        "pressure",
        "speed",
        "humidity",
        "voltage",
        "rate",
        "percent",
        "percentage",
        "pct",
        "ratio",
        "score",
        "rating",
        "age",
        "temperature",
        "average",
        "avg",
        "mean",
        "margin",
        "discount",
        "weight",
        "height",
        "grade",
        "mark",
        "index",
        "salary",
        "wage",
        "preis",
        "alter",
        "note",
        "gehalt",
        "durchschnitt",
        "precio",
        "edad",
        "prix",
        "taux",
        "latitude",
        "%",
        "days",
        "hours",
        "length",
    ]
)
INSTEAD = {"duration": "distance"}
"""What an adjective speaks of where the table does not tell the first: `the longest trip`."""
_PER_UNIT_CONCEPTS = frozenset(["price", "rating", "score", "age", "weight", "height", "salary"])
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_TAKINGS = frozenset(("total", "amount", "grand", "paid", "price", "net", "gross", "sum"))
_DEALS = frozenset(
    "order invoice sale purchase booking transaction basket cart receipt bill ticket line".split()
)
_SUMS = frozenset(("total", "amount", "value"))
_GIVEN_BACK = frozenset(("return", "tax", "discount", "shipping", "salary", "budget", "stock"))
"""Of these an amount is no revenue: Refund Amount, Tax Amount."""
_COSTS = frozenset(("cost", "charge", "fee", "expense", "kosten", "coste", "costo", "cout"))
"""Fuel Cost is added up, as Unit Cost is not."""
SIGNS = {
    "employee": frozenset(("salary", "department", "manager", "hire", "age", "name")),
    "person": frozenset(("salary", "department", "age", "gender", "name")),
    "student": frozenset(("score", "teacher", "name")),
}
"""What a row is, where at least two of the columns speak of these."""
ADJECTIVES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("expensive", "costliest", "priciest", "dearest", "teuerste", "teuersten", "teuerster", "caro", "cara", "cher", "chere", "महंगा", "महँगा"), ("price", "max")),
    **dict.fromkeys(("cheapest", "cheap", "günstigste", "gunstigste", "billigste", "barato", "barata", "सस्ता"), ("price", "min")),
    **dict.fromkeys(("oldest", "alteste", "altesten"), ("age", "max")),
    **dict.fromkeys(("youngest", "jungste", "jungsten"), ("age", "min")),
    **dict.fromkeys(("latest", "newest", "recent", "last", "neueste", "letzte", "letzten", "ultimo", "ultima", "dernier", "derniere", "recentes", "reciente"), ("date", "max")),
    **dict.fromkeys(("earliest", "first", "erste", "ersten", "fruheste", "primero", "primera", "premier", "premiere"), ("date", "min")),
    **dict.fromkeys(("heaviest", "schwerste"), ("weight", "max")),
    **dict.fromkeys(("lightest", "leichteste"), ("weight", "min")),
    **dict.fromkeys(("tallest",), ("height", "max")),
    **dict.fromkeys(("longest", "langste"), ("duration", "max")),
    **dict.fromkeys(("shortest", "kurzeste"), ("duration", "min")),
    **dict.fromkeys(("farthest", "furthest"), ("distance", "max")),
    **dict.fromkeys(("richest", "profitable"), ("profit", "max")),
}  # fmt: skip
"""A superlative, the concept of the column that it speaks of, and which end of it."""
ADJECTIVES["paid"] = ADJECTIVES["earning"] = ("salary", "max")
COMPARATIVES = {
    **dict.fromkeys(("older", "younger", "alter", "junger"), "age"),
    **dict.fromkeys(("heavier", "lighter"), "weight"),
    **dict.fromkeys(("longer", "shorter"), "duration"),
    **dict.fromkeys(("cheaper", "expensive"), "price"),
    "taller": "height",
    "aged": "age",
    "stock": "stock",
}
"""What `older than` speaks of."""
VALUE_ALIASES = {
    **dict.fromkeys(("women", "woman", "females"), "female"),
    **dict.fromkeys(("men", "man", "males"), "male"),
}
"""Words for stored values that are no spelling of them."""


def concepts(word: str) -> frozenset[str]:
    """What a folded word may name; empty where it is no common name of a column."""
    return _OF.get(word, frozenset()) | _OF.get(stem(word), frozenset())


def column_concepts(column: Column) -> frozenset[str]:
    """What the last telling word of a column's name may name."""
    telling = core_words(column)
    if not telling:
        return frozenset()
    if is_takings(telling):
        return frozenset({"revenue"})
    if "of" in telling[1:]:
        telling = telling[: telling.index("of")]  # Length of Stay is a length
    adds_little = len(telling) > 1 and telling[-1] in SAYS_LITTLE
    named = concepts(telling[-1]) | (concepts(telling[-2]) if adds_little else frozenset())
    return named - {"revenue"} if is_given_back(telling) else named


def is_takings(core: Sequence[str]) -> bool:
    """`Total Paid`, `Total Price`, `Order Total`: what was taken for it in all."""
    if len(core) == 2 and {*core} & _DEALS and {*core} & _SUMS:
        return True
    return len(core) > 1 and set(core) <= _TAKINGS and bool({"total", "amount"} & set(core))


def is_given_back(core: Sequence[str]) -> bool:
    """`Refund Amount`, `Discount Value`: an amount, but none that was earned."""
    is_amount = len(core) > 1 and bool(_SUMS & set(core[1:]))
    return is_amount and any(concepts(word) & _GIVEN_BACK for word in core[:-1])


def core_words(column: Column) -> tuple[str, ...]:
    """The stems of its name without keys and units: `Order ID` is order, `salary_eur` is salary."""
    words = name_words(column.name)
    core = tuple(word for word in words if word not in _IDENTIFYING and word not in _UNITS)
    return core or words


def is_key(column: Column, rows: int) -> bool:
    """Every row has its own value."""
    return rows > 0 and column.filled >= rows and column.distinct >= 0.97 * rows


def is_identifier(column: Column) -> bool:
    """Its name says that it holds codes."""
    return bool(_IDENTIFYING & set(name_words(column.name)))


def can_be_added(column: Column) -> bool:
    """A sum over it means something: no code, no year."""
    return column.is_numeric and not _NOT_ADDED & set(name_words(column.name))


def holds_years(column: Column) -> bool:
    """Years of the calendar: no Years of Service."""
    if column.type != "integer" or "year" not in name_words(column.name):
        return False
    bounds = [float(bound) for bound in (column.min, column.max) if bound]
    return all(_FIRST_YEAR <= bound <= _LAST_YEAR for bound in bounds)


def is_per_unit(column: Column) -> bool:
    """A price, a rate, a score: its values compare, but their sum says little."""
    words = set(name_words(column.name))
    if is_takings(core_words(column)):
        return False
    spelt = set(fold(column.name))
    named = column_concepts(column)
    is_price = "price" in named and not ("cost" in named and words & _COSTS and len(words) > 1)
    return bool(
        _PER_UNIT & words or "%" in spelt or is_price or named & (_PER_UNIT_CONCEPTS - {"price"})
    )
