"""Which words may name a document: those that its reader sees, said as a name and not to a machine.

A title is shown beside every quote of a document and said in answers. What a file declares of itself besides its text
(metadata) is seen by nobody, so that it names the document only where the text says the same.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.cleaning import INVISIBLE

MAX_TITLE = 200  # characters: the longest titles of reports and laws; beyond, a title is cut
SEEN = 4000  # characters of a text that may bear its title out: a cover, a masthead, the opening
WORD = re.compile(r"[^\W_]+|[€%@]")
NUMBER = re.compile(r"(\d+(?:[.,\s]\d+)*)[^\S\n]*([a-z]*[€%]?)")
# Words that say nothing alone: an opening may lack them where it says all the others.
SMALL = frozenset(
    "a au aux d dans de des du en et l la le les ou par pour sous sur un une and for in of on or the to".split()
)
# A name says no claim. These make one of words that a text says apart: such a title must stand there whole.
CLAIM = re.compile(
    r"\b(?:est|sont|sera|seront|etait|ete|vaut|valent|vaudra|coute|donne|verse|paie|appelez|contactez|ecrivez|ne|n|pas|plus"
    r"|jamais|aucune?s?|sans|fin|annulee?s?|supprimee?s?|fermee?s?|gratuite?s?|is|are|will|not|no)\b"
)
CONTACT = re.compile(r"@|://|\bwww\.|(?:\+33|\b0)\s?\d(?:[\s.-]?\d\d){4}\b")
AMOUNT = re.compile(r"\d\s*(?:[km]?€|%|(?:millions? |milliards? )?(?:d'|de )?euros?\b)")
# What tells a machine that it is spoken to, in folded words: a reader named as one, the answer expected of it, what it
# must remember, the only passage it may use.
_MACHINE = (
    r"(?:modeles? (?:de langage|d'ia|linguistiques?)|language model|llms?|ia|ai|intelligences? artificielles?|artificial intelligence|"
    r"agents? conversationnels?|assistants?(?: virtuels?| ia)?|chatbots?|robots?|outils?|logiciels?|lecteurs? automatiques?|moteurs? de reponse)"
)
ADDRESSED = re.compile(
    rf"\b(?:si (?:tu es|vous etes)|if you are|en tant que?|as an?) (?:une? |an? |l')?{_MACHINE}\b.{{0,80}}(?:,|:|\btu\b|\bvous\b|\byou\b)"
    rf"|\b{_MACHINE}\b.{{0,40}}\b(?:li(?:t|sent|sant|s|sez)|index\w+|resum\w+|trait\w+|analys\w+|read\w*|pars\w+)\b.{{0,12}}"
    r"\b(?:ce(?:tte)?|le present|this)\b (?:texte|document|page|passage|fichier|extrait|text|file)"
    r"|\b(?:resume|reponse|synthese|summary|answer)s? (?:generee?s?|automatiques?|generated)\b.{0,20}:"
    rf"|\b(?:reponse|answer|response|output)s? (?:(?:attendue?s?|correctes?|expected) )?(?:du|de l'|des|of the|from the) ?(?:guichet|{_MACHINE})\b.{{0,12}}:"
    r"|\bexpected (?:answer|output|response)\b|\b(?:memorise|retiens|souviens-toi|remember)\b.{0,8}\b(?:que|ceci|de|that|this)\b"
    r"|\b(?:prefer\w*|utilise|n'utilise que|cite|cites|retiens|use|prefer)\b.{0,14}\b(?:ce|le present|this) (?:passage|extrait|chunk)\b"
    r"|\bremplace (?:tout|tous les)(?: autres?)? (?:documents?|sources?|passages?)\b|\b(?:sources|documents|passages) anterieure?s sont (?:faux|fausses)\b"
    rf"|^\W*a (?:l'|tou(?:s|tes) les? |tout |l'attention d\w+ )?{_MACHINE}\b.{{0,50}}:"
)
ORDER = re.compile(
    r"\b(?:ignor|oubli|forget|disregard|neglig)\w*.{0,60}\b(?:consignes?|instructions?|regles?|rules?|prompts?|directives?"
    r"|anweisungen|instrucciones|istruzioni)\b"
    r"|\bne (?:tiens|tenez) (?:pas|aucun) compte\b.{0,40}\b(?:consignes?|instructions?|regles?)\b"
    r"|\b(?:chers?|cheres?|dear) (?:assistant|modele|ia|ai|chatbot|robot|llm)s?\b"
    r"|\b(?:note|message|consigne|instruction|attention|intention)s?\b.{0,6}\b(?:au|aux|a l'|des|du|pour l'|pour les|to the|for the)"
    r" ?(?:modeles?|ias?|assistants?|chatbots?|robots?|llms?|ai|models?)\b"
    r"|\b(?:reponds|repondez|reply|respond|answer|affirmez?|dis|dites)\b.{0,12}(?:\b(?:que|that|toujours|always)\b|«|\b\d)"
    r"|\bdis-le\b|\bcommencez? chaque reponse\b|\brefusez? (?:desormais )?toutes\b|\bprompt (?:systeme|system)\b|\bsystem prompt\b"
    r"|\bne (?:citez?|montrez?|mentionnez?|parlez?)s? (?:plus|jamais)\b"
    r"|игнориру|忽略|無視|无视|تجاهل|\bz?ignoruj\w* \w*.{0,12}polece|\btalimat\w*.{0,12}yok say|αγνοησ|התעלמ|\bignorera\b|\babaikan\b|\bnegeer\b"
    rf"|{unicodedata.normalize('NFD', '무시하')}"  # folding takes Korean to its letters
)
# What a turn of a conversation leaves on one line: "assistant Le plan…", "Response: …"
TURN = re.compile(
    r"^\W*(?:system|assistant|user|human)\s+(?=[A-ZÀ-Ý][a-zà-ÿ])|^\W*(?:response|instruction|output|input)\s*:\s*\S"
)
MARKUP = re.compile(
    r"\{\{[#/]?\s*(?:system|user|assistant)|\b(?:begin|end|start)[ _-](?:prompt|instructions?|system|override)\b|<\s*/?\s*[a-z!]|<\||\[/?\s*(?:inst|system|assistant|user)\b|\]\(|\b(?:javascript|vbscript|https?)\s*:|\bdata:\w+/|[\"']\s*:\s*[\"'{\[]"
    r"|^\W*(?:system|assistant|user|human|developer|systeme|utilisateur)\s*:|\[\d+\]\s*\("
    r"|^\W*(?:passage|extrait|evidence|context)\s+\d+\s*(?:$|[:(])|\bsource\s*:.{0,120}\btexte?\s*:"
)


def fold(text: str) -> str:
    """Lower case without accents, typographic apostrophes plain; line breaks kept."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").replace("œ", "oe").lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def clean_title(said: str) -> str:
    """A title on one line, without what does not show, cut at a word beyond MAX_TITLE."""
    title = " ".join(INVISIBLE.sub("", said).split())
    if len(title) <= MAX_TITLE:
        return title
    return f"{title[: MAX_TITLE - 1].rpartition(' ')[0] or title[: MAX_TITLE - 1]}…"


def declared_title(said: str, text: str) -> str:
    """The title that the metadata of a file says, where the opening of its text says it too; else ""."""
    title = " ".join(INVISIBLE.sub("", said).split())
    if not title or len(title) > MAX_TITLE or speaks_to_machines(title):
        return ""
    seen = fold(text[:SEEN])
    parts = sorted(re.split(r" [|·–—-] ", title), key=len, reverse=True)  # a page adds the name of its site
    return next((part for part in (title, *parts) if _stands(fold(part), seen)), "")


def names_by_file(stem: str) -> str:
    """A file name as a title: a name that makes an order, a claim of an amount or a contact names nothing."""
    title = clean_title(re.sub(r"[-_]+", " ", stem))
    folded = fold(title)
    if speaks_to_machines(title) or CONTACT.search(folded) or AMOUNT.search(folded):
        return "Document sans titre"
    return title[:1].upper() + title[1:]


def gives_an_order(folded: str) -> bool:
    """Whether folded words tell an assistant what to do or to say."""
    return ORDER.search(folded) is not None or ADDRESSED.search(folded) is not None


def speaks_to_machines(text: str) -> bool:
    """Whether words are an order to an assistant, its tags, a program, or letters of two alphabets in one word."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    folded = fold(plain)
    if gives_an_order(folded) or MARKUP.search(folded) or TURN.search(plain):
        return True
    return any(map(_mixed, WORD.findall(plain)))


def _stands(title: str, text: str) -> bool:
    """Whether folded words stand in a text: in one run, or all but the small ones, with each figure beside its unit."""
    said, seen = WORD.findall(title), WORD.findall(text)
    if not any(word not in SMALL for word in said):
        return False
    if f" {' '.join(said)} " in f" {' '.join(seen)} ":
        return True
    if CLAIM.search(title) or CONTACT.search(title):
        return False
    known = set(map(_singular, seen))
    return all(_singular(word) in known for word in said if word not in SMALL) and _figures(title) <= _figures(text)


def _figures(text: str) -> set[tuple[str, str]]:
    """The numbers of a folded text, alone and with the word that follows."""
    found = {(re.sub(r"\D", "", number), unit) for number, unit in NUMBER.findall(text)}
    return {(number, "" if unit in SMALL else unit) for number, unit in found} | {(number, "") for number, _ in found}


def _singular(word: str) -> str:
    return word.rstrip("sx") if len(word) > 3 else word


def _mixed(word: str) -> bool:
    """Whether a word has letters of two alphabets that look alike."""
    alphabets = {unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK"}) > 1
