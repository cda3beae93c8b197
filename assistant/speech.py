"""How people speak of their own organisation in French and English: patterns over folded text."""

from __future__ import annotations

import re

VOICE = re.compile(
    r"(?<!-)\b(?:je|j'\w+|jsuis|jai|nous|on|mon|ma|mes|notre|nos|(?:pour|chez) moi|m'\w+|we|i|i'm|we're|our|my)\b(?! dit\b| sait\b)"
    r"|\bme (?=diriger|tourner|former|lancer|developper|financer|conseiller|aider|accompagner|faire aider)"
    r"|\b(?:l'entreprise|la societe|la boite|le cabinet|l'association|la structure) (?:emploie|compte)\b"
)
GREETING = re.compile(
    r"\s*(?:(?:bonjour|bonsoir|salut|slt|bjr|coucou|hello|hi)\b[ ,!.:]*)*(?:(?:madame|monsieur|messieurs|a tous)\b[ ,!.:]*)*"
)
HEADS = re.compile(  # what a description without a verb opens with, beside a size or a sector of the vocabulary
    r"(?:une? |petite? |jeune |gros(?:se)? |vieille? |ancienne? )*(?:entreprise|boite|societe|structure|groupe|filiale|equipe|"
    r"sarl|eurl|sasu?|scop|scic|gaec|earl|scea|gie|esat|cabinet|agence|bureau d'etudes?|studio|cooperative|exploitation|domaine|"
    r"atelier|garage|restaurant|brasserie|hotel|camping|gite|boutique|magasin|commerce|usine|fabricant|fabrique|editeur|grossiste|"
    r"negociant|distributeur|sous-traitant|scierie|fonderie|imprimerie|abattoir|laiterie|cave|clinique|pharmacie|residence|"
    r"transporteur|dirigeante?|gerante?|patronne?|chef(?:fe)? d'entreprise|directeur|directrice|responsable|fondateur|fondatrice)\b"
)
FOR_A_COMPANY = re.compile(  # what stands before a company that somebody else asks for
    rf"(?:(?P<opens>^{GREETING.pattern}|[.!?] )|\b(?:pour|pr|for|vers|chez|accompagn(?:e|er|ons|ez)|orient(?:e|er|ons|ez)|aid(?:e|er|ons|ez)|"
    r"conseill(?:e|er|ons|ez)|suivre|recois|recevons|dirige|gere|tient|preside|possede|runs|owns|advis(?:e|ing)|"
    r"(?:propos|recommand|conseill|indiqu|suggere|repond)\w* a|(?:s'adress|destin|ouvert|droit|convi|correspond)\w* a|client(?:e)?(?: (?:est|is))?|"
    r"adherente?(?: est)?|(?:contacte|appele|sollicite)e? par|cas d'|help|support|suit|advise|offer(?: to)?)[ ,:]+)(?=(?:une?|an?) [a-z0-9])"
    r"|\b(?:cliente?|adherente?|ressortissante?|entreprise|profil|cas)(?: (?:de|du|d')[^.,;:?!]{1,25})? ?[:,] ?(?=[a-z])"
    rf"|^{GREETING.pattern}(?P<named>(?:la |le |l'))(?=[a-z])"
)
STAFFED = re.compile(  # a noun with its staff: "un atelier de 12 personnes", "une menuiserie d'une dizaine de salariés"
    r"(?:[a-z'&-]+[ ,]+){1,6}?(?:(?:de|d'|a|avec|employant|comptant|of|with) ?)?"
    r"(?:moins de |plus de |pres de |environ |une (?:huit|diz|quinz|vingt|trent|quarant|cinquant|cent)aine (?:de |d'))?(?:\d[\d ]* )?"
    r"(?:personnes|salarie(?:e)?s?|employe(?:e)?s?|collaborat\w+|ouvriers|etp|associes|people|employees|staff)\b"
)
ASKS = re.compile(r"(?:qu|(?:combien|comment|ou|a quo\w*|de combien|pourquoi|est-ce|le|la|les|how|what|when)\b|l')")
FOLLOW_UP = re.compile(
    r"^\s*(?:(?:(?:et|and|mais|ou|ok|oui|d'accord|merci|bon|bien|ah|alors)[ ,]+)+(?:s'ils?|s'elles?|si (?:je|on|nous|il|elle|son|sa|ses|mon|ma|notre|cette|l'|le|la)|pour|contre|cote|en|a|au|dans|chez|avec|for|in|against)\b|what about\b|\S+(?: \S+){0,3} ?$)"
)
SEEKS = re.compile(
    r"\b(?:aides?|dispositifs?|subventions?|accompagnements?|financements?|soutiens?|appui|diagnostics?|programmes?|"
    r"cheques?|primes?|inscrire|s'adresser|argent|fonds|mobilisables?|coup de pouce|enveloppe|appels? a projets|scheme|schemes|support|funding|grant|grants|help)\b"
)
WISH = re.compile(
    r"\b(?:je veux|veux|veut|veu|voulons|voudrai\w*|voudrions|cherch(?:e|es|ons|ez|ent|er|ant|ais|ait)|aimerai\w*|aimerions|souhait\w+|besoin|il me faut|il nous faut|"
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
    r"\b(?:pas|ni|sans|hors|sauf|jamais|aucune?|non|excepte|oublie[zs]?|oublions|not|no|except|without|forget)\b(?: (?:vraiment|du tout|encore|plus|dans|en|a|au|aux|"
    r"une?|d'une?|des?|du|de la|le|la|les|d'|specialistes? (?:de l'|en |de )?|experts? (?:de l'|en |de )?|base\w*|situ\w*|in|a|an|the)"
    r"(?![a-z0-9]))*+[ ']*$"
)
WHERE_WORDS = frozenset(
    "donc dans region departement pres vers plutot precisement ville commune cote est oui non france the near".split()
)
SOMEONE_ELSE = re.compile(  # whom a question is asked for now: nothing said of another before is of this one
    r"\b(?:un |une |mon |ma |notre |l')?(?:autre|nouveau|nouvelle|second|seconde) (?:dossier|cliente?|entreprise|boite|societe|adherente?|cas)\b"
    r"|\bquestion pour (?:ma|mon|une?|notre)\b|\b(?:another|new|different) (?:client|company|firm|case)\b"
)
A_COMPANY = re.compile(
    r"\b(?:entreprise|pme|tpe|eti|boite|societe|start-?up|cabinet|atelier|usine|garage|commerce|boutique|artisan\w*|association|"
    r"cliente?|company|firm)\b"
)
STAFF = re.compile(  # on the stem of the noun counted
    r"^(?:salari|personn|apprenti|alternant|conducteur|chauffeur|technicien|employ|collab|equipier|pers?$|associe?$|permanent|etp|equivalent|sal$|"
    r"effectif|compagnon|ouvrier|tete|staff|people|uth|actif|gars?$)"
)
TRADES = re.compile(  # people too, but as often clients: only beside the words that say they are the asker's
    r"^(?:consultant|avocat|notaire|architect|ingenieur|developpeu|vendeu|serveu|cuisinier|coiffeu|macon|soudeu|cadre$|commerci|"
    r"formateur|formatric|enseignant|cofondat|fondat|frer|soeur|infirmi|soignant|comptabl|praticien|assistant|negociat|conseill|mecanicien|menuisier|electricien|plombier|"
    r"designer|graphist|redacteur|livreur|magasinier|boulanger|patissier|dessinateur|geometr|medecin|dentist|veterinair|temp$)"
)
WE_ARE = re.compile(
    r"\b(?:nous sommes|on est|on es|sommes|nous voila|nous voici|we are|we're)"
    r"(?: (?:maintenant|desormais|aujourd'hui|actuellement|environ|une equipe de|seulement|juste|plus de|moins de|pres de|presque|"
    r"entre|a|que|deja|au total|only|about|around|just|over))* $"
)
TEAM_OF = re.compile(
    r"\b(?:(?:entreprise|boite|societe|equipe|structure|groupe|pme|tpe|eti|startup|start-up|cabinet|agence|atelier|usine|filiale|team)"
    r"(?: [a-z]+){0,2}? (?:de|d'|of) ?|(?:equipe|gaec) a |gaec de |effectifs?(?: est)?(?: de)? ?[:=]? ?)(?:environ |pres de |plus de |moins de )?$"
)
HAS = re.compile(
    r"(?:\b(?:cabinet|agence|bureau d'etudes?|equipe|boite|societe|garage|atelier|studio)(?: [a-z]+)? |"
    r"\b(?:avec|compte|emploie|employons|employant|j'ai|on a|nous avons|plus|et|de)"
    r"(?: (?:environ|deja|mes|nos|seulement|pres de|plus de|moins de))* |[,(:;] ?)$"
)
OWN_TEAM = re.compile(
    r"\b(?:une?|petite?|notre|ma|mon|la|an?) (?:\w+ ){0,3}d[e'] ?(?:moins de |plus de |pres de |environ )?$"
)
PASSED = re.compile(r"\b(?:passe|depasse|franchi)\w*\b (?:la barre |le seuil |le cap )?(?:d'|des? |les )?$")
OPENING_COUNT = (
    re.compile(  # « Papeterie de », « Clinique vétérinaire, »: what may stand between the opening and a headcount
        r"(?!(?:sur|pour|en|dans|parmi|selon|d'apres|chez|sans|par|depuis|entre|plus|avec)\b)(?:[a-z'&-]+[ ,]+){1,6}"
        r"(?:(?:une?|environ|pres de|plus de|moins de) )?"
    )
)
MEASURED = re.compile(r" ?(?:km|kilometres?|metres?|m2|minutes?|min|mn|h|heures?|%|€|k€|m€|ans|habitants?)\b")
BOUND = re.compile(
    r"\s*(?:(?:une?|environ|pres de|plus de|moins de|plus d'|moins d'|avec|quelque|entre|de|a peine|effectif(?: de)?[ :]*|ca(?: de)?[ :]*) ?)*"
)
MAKES = re.compile(  # before a tool or a solution: what the asker sells, not what it looks for
    r"\b(?:edit(?:e|ons|eurs?|rices?)|developp(?:e|ons)|vend(?:s|ons)?|propos(?:e|ons)|fabriqu(?:e|ons)|concevons|concoit|construisons|"
    r"notre|nos|mon|ma)\b[^.,;:?!]{0,30}$"
)
QUESTION = re.compile(r"[^.?!;\n]+(?=\?)")
NAF = re.compile(r"\b(?:naf|ape) ?:? ?(\d{2}\.? ?\d{2} ?[a-z]?|\d{2})\b")
_KIN = r"(?:femme|mari|epouse|epoux|conjointe?|frere|soeur|pere|mere|fils|fille|compagnon|compagne)"
ABOUT = re.compile(
    r"\b(?:nous sommes|on est|on es|sommes|(?:equipe|boite|entreprise|societe|structure|pme|tpe) d'|effectif d')"
    r" ?(?:(?:maintenant|a peine|environ|deja|presque|plus d'|moins d') ?)*une (?P<many>huitaine|dizaine|douzaine|quinzaine|vingtaine|"
    r"trentaine|quarantaine|cinquantaine|soixantaine|centaine)\b(?! (?:de|d')[ a-z])"
)
ONE = re.compile(
    r"\b(?:j'ai|jai|avec|nous avons|on a|compte|emploie) (?:qu'|que |seulement |juste )?(?:un|une)(?: seule?)? "
    r"(?:salariee?|employee?|apprentie?|alternante?|vendeu(?:r|se)|serveu(?:r|se)|secretaire|ouvriere?)(?=\s*(?:$|[.,;:?!)]|et\b|a\b|dans\b))"
)
TWO = re.compile(
    rf"\b(?:travaill\w+|boss\w+|tiens|tenons|tient) [^.,;?!]{{0,20}}\bavec (?:ma|mon) {_KIN}\b"
    rf"|\b(?:ma|mon) {_KIN} et moi (?:travaill|tenons|boss)|\bon est que (?:tous |nous )?(?:les )?deux\b"
)
_FIRM = r"(?:chiffre d'affaires?|ca|turnover|revenue)"
TURNOVER_AFTER = re.compile(rf" ?(?:euros? )?(?:de |d'|en |in )?(?:annual )?{_FIRM}\b")
TURNOVER_BEFORE = re.compile(
    rf"\b{_FIRM}(?: (?:annuel|ht|de|est|environ|autour|proche|inferieur|superieur|a|moins|plus|pres|atteint|of|is|d'environ))*[ :=('~]*$"
)
ACTS_ON = re.compile(
    r"\b(?:form(?!ation)\w+|recrut\w+|embauch\w+|licenci\w+|sensibilis\w+|equip(?:er|ons|ez|ent)|accompagn\w+|aid(?:er|ons|e|ent)|heberg(?!eur)\w+|loge\w*|transport(?!eu)\w+|serv(?:ir|ons|ent)|accueill\w+|hire|train|recruit)\b[^.,;]{0,25}$"
)
COMPANIES = re.compile(
    r"\b(?:les|des|aux|ces|toutes les|combien d[e']) ?(?:\w+ )?(?:entreprises|pme|tpe|eti|structures|societes|boites|companies)\b[^.,;]{0,20}$"
)
ALONE = re.compile(
    r"\b(?:je (?:suis|travaille|bosse|tiens|gere|exerce|exploite) (?:tout |toute )?seule?|seule? (?:dans|a)|toute? seule?|"
    r"(?:sans|aucune?|pas (?:de|d')|zero|0) ?(?:salariee?s?|employee?s?|personnel)(?! (?:n'|ne |form|qui|dedi|competen|specialis|pour|de|du))|"
    r"self-employed|(?:auto|micro)[ -]?entrepreneu(?:r|se)|free-?lances?|i work alone)\b|(?:^|[,;(]) ?seule? ?(?=[,;).]|$)"
)
