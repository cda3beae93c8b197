"""How people speak of their own organisation in French and English: patterns over folded text."""

from __future__ import annotations

import re

VOICE = re.compile(
    r"(?<!-)\b(?:je|j'\w+|nous|on|mon|ma|mes|notre|nos|(?:pour|chez) moi|m'\w+|we|i|i'm|we're|our|my)\b(?! dit\b| sait\b)"
)
FOLLOW_UP = re.compile(
    r"^\s*(?:(?:et|and|mais|ok|d'accord)[ ,]+(?:si (?:je|on|nous)|pour|en|a|au|dans|chez|avec|for|in)\b|what about\b|(?:\S+ ?){1,4}$)"
)
SEEKS = re.compile(
    r"\b(?:aides?|dispositifs?|subventions?|accompagnements?|financements?|soutiens?|appui|diagnostics?|programmes?|"
    r"inscrire|s'adresser|scheme|schemes|support|funding|grant|grants|help)\b"
)
WISH = re.compile(
    r"\b(?:je veux|veux|veut|veu|voulons|voudrai\w*|voudrions|cherch\w+|aimerai\w*|aimerions|souhait\w+|besoin|il me faut|il nous faut|"
    r"quel(?:le)?s?|comment|combien|qui peut|y a(?:-t-il)?|ya|existe|want|need|looking for|is there|which|how|would like)\b"
)
SELF = (
    r"(?:je suis|suis|nous sommes|on est|on es|on reste|sommes|i am|i'm|we are|we're|as an?|en tant que?|comme|c'est|"
    r"mon|ma|notre|my|our|j'ai|on a|nous avons|je dirige|je gere|je tiens|je preside|dirigeante? d'|dirigeant d'|gerante? d'|patronn?e? d'|"
    r"responsable d'|drh d'|salariee? d'|president(?:e)? d'|directeur d'|directrice d'|travaille (?:dans|pour|chez)|benevole dans|"
    r"une?|an?|pour une?|chez une?)"
)
OTHERS = re.compile(
    r"\b(?:clients?|clientes|adherents?|membres|confreres?|fournisseurs?|concurrents?|partenaires?|aux|les|des|chaque|par|combien d[e']|"
    r"en|toutes?|ces|leurs?|plusieurs|quelques|part d[e'])\s*$"
)
NOT = re.compile(
    r"\b(?:pas|ni|sans|hors|sauf|jamais|aucune?|non|excepte|not|no|except|without)\b(?: (?:vraiment|du tout|encore|plus|dans|en|a|au|aux|"
    r"une?|d'une?|des?|du|de la|le|la|les|d'|specialistes? (?:de l'|en |de )?|experts? (?:de l'|en |de )?|base\w*|situ\w*|in|a|an|the|based))*[ ']*$"
)
STAFF = re.compile(
    r"^(?:salari|personn|apprenti|conducteur|chauffeur|technicien|employ|collabora|equipier|pers?$|associ|permanent|etp|effectif|compagnon|ouvrier|tete|staff)"
)
ACTS_ON = re.compile(
    r"\b(?:form\w+|recrut\w+|embauch\w+|licenci\w+|sensibilis\w+|equip\w+|accueill\w+|hire|train|recruit)\b[^.,;]{0,25}$"
)
COMPANIES = re.compile(
    r"\b(?:les|des|aux|ces|toutes les|combien d[e']) ?(?:\w+ )?(?:entreprises|pme|tpe|eti|structures|societes|boites|companies)\b[^.,;]{0,20}$"
)
ALONE = re.compile(
    r"\b(?:je (?:suis|travaille|bosse) (?:tout |toute )?seule?|seule? (?:dans|a)|sans salarie|aucun salarie|0 salarie|self-employed|"
    r"(?:auto|micro)-?entrepreneu(?:r|se)|i work alone)\b"
)
