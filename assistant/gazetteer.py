"""Names of French regions, departments and lands, with the COG code of their region; demonyms; words too common.

Source of the codes: INSEE, Code officiel géographique (regions of 2016, departments).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.folding import fold

Kind = Literal["commune", "departement", "region", "foreign"]
_TOKEN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """`code` is its region's COG code, None when ambiguous or foreign; offsets are into the text."""

    name: str
    code: str | None
    kind: Kind
    start: int = 0
    end: int = 0


REGIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "REG-93": (
        "Provence-Alpes-Côte d'Azur",
        (
            "PACA",
            "région Sud",
            "régions Sud",
            "Sud PACA",
            "Région Sud Provence-Alpes-Côte d'Azur",
            "Sud region",
            "South region",
        ),
    ),
    "REG-76": ("Occitanie", ("Midi-Pyrénées", "Languedoc-Roussillon", "Languedoc", "région Occitanie", "Occitania")),
    "REG-52": ("Pays de la Loire", ("PDL", "région Pays de la Loire", "Pays de Loire")),
    "REG-11": ("Île-de-France", ("IDF", "région parisienne")),
    "REG-24": ("Centre-Val de Loire", ("région Centre",)),
    "REG-27": ("Bourgogne-Franche-Comté", ("Bourgogne", "Franche-Comté", "BFC", "Burgundy")),
    "REG-28": ("Normandie", ("Basse-Normandie", "Haute-Normandie", "Normandy")),
    "REG-32": ("Hauts-de-France", ("Nord-Pas-de-Calais", "Picardie", "HDF", "Picardy")),
    "REG-44": ("Grand Est", ("Alsace", "Lorraine", "Champagne-Ardenne", "région Grand Est")),
    "REG-53": ("Bretagne", ("Brittany", "région Bretagne")),
    "REG-75": ("Nouvelle-Aquitaine", ("Aquitaine", "Limousin", "Poitou-Charentes")),
    "REG-84": ("Auvergne-Rhône-Alpes", ("Auvergne", "Rhône-Alpes", "AURA")),
    "REG-94": ("Corse", ("Corsica",)),
    "REG-01": ("Guadeloupe", ()),
    "REG-02": ("Martinique", ()),
    "REG-03": ("Guyane", ("French Guiana",)),
    "REG-04": ("La Réunion", ("île de la Réunion",)),
    "REG-06": ("Mayotte", ()),
}

LANDS: dict[str, str] = {
    "Provence": "REG-93", "Côte d'Azur": "REG-93", "Sophia Antipolis": "REG-93", "Sophia": "REG-93", "Camargue": "REG-93",
    "Alpilles": "REG-93", "Mercantour": "REG-93", "Champsaur": "REG-93", "Esterel": "REG-93", "étang de Berre": "REG-93",
    "pays d'Aix": "REG-93", "Verdon": "REG-93", "La Seyne": "REG-93", "golfe de Saint-Tropez": "REG-93",
    "Luberon": "REG-93", "Cadarache": "REG-93", "Ubaye": "REG-93", "Queyras": "REG-93", "Aix": "REG-93",
    "Cévennes": "REG-76", "Roussillon": "REG-76", "Quercy": "REG-76", "Rouergue": "REG-76", "Bigorre": "REG-76",
    "Corbières": "REG-76", "Larzac": "REG-76", "Gévaudan": "REG-76", "Couserans": "REG-76", "Volvestre": "REG-76",
    "Valence d'Agen": "REG-76", "Cerdagne": "REG-76", "Lauragais": "REG-76", "Minervois": "REG-76", "Comminges": "REG-76",
    "pays de Retz": "REG-52", "Brière": "REG-52", "vignoble nantais": "REG-52", "bocage vendéen": "REG-52",
    "presqu'île guérandaise": "REG-52", "Perche sarthois": "REG-52", "Baugeois": "REG-52", "Segréen": "REG-52",
    "La Baule": "REG-52", "Anjou": "REG-52", "Noirmoutier": "REG-52", "île d'Yeu": "REG-52", "Saumurois": "REG-52",
    "Choletais": "REG-52", "Ancenis-Saint-Géréon": "REG-52", "Montaigu-Vendée": "REG-52", "pays nantais": "REG-52",
    "La Défense": "REG-11", "Grand Paris": "REG-11", "plateau de Saclay": "REG-11", "Pays basque": "REG-75",
    "Béarn": "REG-75", "Périgord": "REG-75", "Touraine": "REG-24", "Dauphiné": "REG-84", "Beaujolais": "REG-84",
}  # fmt: skip

_BY_REGION = {
    "REG-84": "01 Ain|03 Allier|07 Ardèche|15 Cantal|26 Drôme|38 Isère|42 Loire|43 Haute-Loire|63 Puy-de-Dôme|69 Rhône|73 Savoie|"
    "74 Haute-Savoie",
    "REG-32": "02 Aisne|59 Nord|60 Oise|62 Pas-de-Calais|80 Somme",
    "REG-93": "04 Alpes-de-Haute-Provence|05 Hautes-Alpes|06 Alpes-Maritimes|13 Bouches-du-Rhône|83 Var|84 Vaucluse",
    "REG-44": "08 Ardennes|10 Aube|51 Marne|52 Haute-Marne|54 Meurthe-et-Moselle|55 Meuse|57 Moselle|67 Bas-Rhin|68 Haut-Rhin|"
    "88 Vosges",
    "REG-76": "09 Ariège|11 Aude|12 Aveyron|30 Gard|31 Haute-Garonne|32 Gers|34 Hérault|46 Lot|48 Lozère|65 Hautes-Pyrénées|"
    "66 Pyrénées-Orientales|81 Tarn|82 Tarn-et-Garonne",
    "REG-28": "14 Calvados|27 Eure|50 Manche|61 Orne|76 Seine-Maritime",
    "REG-75": "16 Charente|17 Charente-Maritime|19 Corrèze|23 Creuse|24 Dordogne|33 Gironde|40 Landes|47 Lot-et-Garonne|"
    "64 Pyrénées-Atlantiques|79 Deux-Sèvres|86 Vienne|87 Haute-Vienne",
    "REG-24": "18 Cher|28 Eure-et-Loir|36 Indre|37 Indre-et-Loire|41 Loir-et-Cher|45 Loiret",
    "REG-94": "2A Corse-du-Sud|2B Haute-Corse",
    "REG-27": "21 Côte-d'Or|25 Doubs|39 Jura|58 Nièvre|70 Haute-Saône|71 Saône-et-Loire|89 Yonne|90 Territoire de Belfort",
    "REG-53": "22 Côtes-d'Armor|29 Finistère|35 Ille-et-Vilaine|56 Morbihan",
    "REG-52": "44 Loire-Atlantique|49 Maine-et-Loire|53 Mayenne|72 Sarthe|85 Vendée",
    "REG-11": "75 Paris|77 Seine-et-Marne|78 Yvelines|91 Essonne|92 Hauts-de-Seine|93 Seine-Saint-Denis|94 Val-de-Marne|"
    "95 Val-d'Oise",
    "REG-01": "971 Guadeloupe",
    "REG-02": "972 Martinique",
    "REG-03": "973 Guyane",
    "REG-04": "974 La Réunion",
    "REG-06": "976 Mayotte",
}
DEPARTMENTS: dict[str, tuple[str, str]] = {
    number: (name, region)
    for region, line in _BY_REGION.items()
    for number, _, name in (entry.partition(" ") for entry in line.split("|"))
}

DEMONYMS: dict[str, str] = {
    r"occitan": "REG-76", r"toulousain": "REG-76", r"montpellierain": "REG-76", r"nimois": "REG-76",
    r"perpignanais": "REG-76", r"aveyronnais": "REG-76", r"tarnais": "REG-76", r"albigeois": "REG-76", r"ariegeois": "REG-76",
    r"heraultais": "REG-76", r"gardois": "REG-76", r"gersois": "REG-76", r"lozerien": "REG-76", r"audois": "REG-76",
    r"haut-garonnais": "REG-76", r"languedocien": "REG-76", r"catalan": "REG-76", r"lotois": "REG-76",
    r"ligerien": "REG-52", r"nantais": "REG-52", r"angevin": "REG-52", r"vendeen": "REG-52", r"sarthois": "REG-52",
    r"manceaux?": "REG-52", r"mancelle": "REG-52", r"mayennais": "REG-52", r"nazairien": "REG-52", r"yonnais": "REG-52",
    r"lavallois": "REG-52", r"choletais": "REG-52", r"saumurois": "REG-52",
    r"provenca(?:l|ux)": "REG-93", r"azureen": "REG-93", r"marseillais": "REG-93", r"nicois": "REG-93", r"aixois": "REG-93",
    r"toulonnais": "REG-93", r"varois": "REG-93", r"vauclusien": "REG-93", r"avignonnais": "REG-93", r"maralpin": "REG-93",
    r"cannois": "REG-93", r"grassois": "REG-93", r"arlesien": "REG-93", r"haut-alpin": "REG-93", r"bas-alpin": "REG-93",
    r"francilien": "REG-11", r"breton": "REG-53", r"normand": "REG-28", r"alsacien": "REG-44", r"aquitain": "REG-75",
    r"lyonnais": "REG-84", r"bordelais": "REG-75", r"lillois": "REG-32",
    r"biterrois": "REG-76", r"carcassonnais": "REG-76", r"narbonnais": "REG-76", r"setois": "REG-76", r"montalbanais": "REG-76",
    r"castrais": "REG-76", r"ruthenois": "REG-76", r"tarbais": "REG-76", r"auscitain": "REG-76", r"cadurcien": "REG-76",
    r"alesien": "REG-76", r"gapencais": "REG-93", r"dignois": "REG-93", r"dracenois": "REG-93", r"antibois": "REG-93",
    r"hyerois": "REG-93", r"mentonnais": "REG-93", r"brianconnais": "REG-93", r"sablais": "REG-52", r"baulois": "REG-52",
    r"parisien": "REG-11", r"rennais": "REG-53", r"brestois": "REG-53", r"finisterien": "REG-53", r"morbihannais": "REG-53",
    r"strasbourgeois": "REG-44", r"mulhousien": "REG-44", r"nanceien": "REG-44", r"champenois": "REG-44", r"remois": "REG-44",
    r"grenoblois": "REG-84", r"stephanois": "REG-84", r"savoyard": "REG-84", r"iserois": "REG-84", r"ardechois": "REG-84",
    r"dromois": "REG-84", r"auvergnat": "REG-84", r"dijonnais": "REG-27", r"bourguignon": "REG-27", r"bisontin": "REG-27",
    r"rouennais": "REG-28", r"caennais": "REG-28", r"havrais": "REG-28", r"tourangeaux?": "REG-24", r"orleanais": "REG-24",
    r"rochelais": "REG-75", r"girondin": "REG-75", r"palois": "REG-75", r"perigourdin": "REG-75", r"charentais": "REG-75",
    r"dunkerquois": "REG-32", r"valenciennois": "REG-32", r"amienois": "REG-32", r"reunionnais": "REG-04",
    r"martiniquais": "REG-02", r"guadeloupeen": "REG-01", r"guyanais": "REG-03", r"mahorais": "REG-06",
}  # fmt: skip

FOREIGN = frozenset(
    "montreal quebec bruxelles geneve lausanne londres london berlin barcelone madrid milan turin rome lisbonne tunis "
    "casablanca rabat alger dakar abidjan luxembourg monaco zurich amsterdam munich francfort dubai boston toronto".split()
) | {"new york", "san francisco", "hong kong"}

TOO_COMMON = frozenset(  # places whose name is also a common word: a capital and a place-making preposition, or nothing
    "nord sud est ouest lot manche somme orne landes cher creuse ain vienne loire aube marne aura aix sophia "
    "reunion lorraine tours nice sens die marche plan vif dole bourg bains mer mare port ports garde chapelle motte pin fare "
    "lieu moulins orange grasse gap foix digne tarare aime alban alex ales albert ambert annot anse arc arcs arles aurore "
    "auriol avion bagnols barre bar baron base beaune blanc bois bon bonne bonneville borne bouc bourse brie brive bruges bu "
    "campagne carcan carre caves cergy chambly champs chantier charges charte chateau claix clef club cluses comme condom "
    "cote couches cours craon croix cuers dax don dun eu eus fleurance fleurs forges fosses france gaillard gan givors grand "
    "grave guide hautes herm houilles ile iles la lac lancon landes laon le legs les lens lure luz lyon-part-dieu mens mesures "
    "mimet mions mons montagne mont monts murs nantes-est nay nogent notre ornans outils ouvrages pair palais pamiers paris-saclay "
    "parc part pierre place plaine plaisir pont ponts pouilly prades prix projet puy ray region reims-est riez riom rives roche "
    "romans rue sable salle saint sainte salon sarras sauve senas serres sion source sources tende thann theme tence toul tour "
    "trets union us ussel val valence vals vence vert verdun vertus vervins vesoul vichy ville villes vire vitre vizille voix "
    "voreppe voiron yport possession tampon moule robert francois diamant marin trinite morne carbet lorrain desirade innovation digital europe plateau marches mesure agence agence-ia assistant ".split()
)


def key_of(name: str) -> str:
    """Folded words of a name, hyphens and apostrophes as spaces, "St" as "Saint"."""
    words = _TOKEN.findall(fold(name))
    return " ".join({"st": "saint", "ste": "sainte"}.get(w, w) for w in words)


@cache
def areas() -> dict[str, tuple[str, str, Kind]]:
    """Regions, departments and well-known lands by folded name: label, region, kind."""
    areas: dict[str, tuple[str, str, Kind]] = {}
    for code, (label, names) in REGIONS.items():
        for name in (label, *names):
            areas[key_of(name)] = (label, code, "region")
    for name, code in LANDS.items():
        areas[key_of(name)] = (name, code, "region")
    for label, code in DEPARTMENTS.values():
        areas[key_of(label)] = (label, code, "departement")
    areas["reunion"] = ("La Réunion", "REG-04", "region")
    return areas
