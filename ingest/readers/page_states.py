"""What became of each page of a PDF, and how that is said: a notice beside what was read, or why nothing was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ingest.errors import UnreadableDocument
from ingest.readers.legible import letters, named

PageState = Literal["text", "recognised", "scanned", "noise", "failed", "blank"]
FEW = 20  # letters: a document under this says nothing that can be cited
WAITING = 600  # letters: the page that stands in for a form or a portfolio is shorter
HOW = "installez la reconnaissance de caractères (pip install 'guichet-ia[ocr]', et Tesseract avec le français) puis relancez avec --ocr"
SAID: dict[PageState, str] = {
    "scanned": "images sans texte, non lues",
    "noise": "lettres illisibles (police sans table de caractères), non lues",
    "failed": "abîmées, non lues",
    "recognised": "lues par reconnaissance de caractères, à vérifier",
}


def notice(
    states: Sequence[PageState], count: int, files: int = 0, unseen: Sequence[int] = (), cut: Sequence[int] = ()
) -> str:
    """What was not read, or not surely, in one sentence; "" when all was. `count` letters were read, `files` are
    attached, `unseen` are the pages that hold letters nobody sees, `cut` those that hold more than was read."""
    parts: list[str] = []
    for state, said in SAID.items():
        pages = [number for number, other in enumerate(states, start=1) if other == state]
        if pages:
            parts.append(f"{named(pages)} : {said if len(pages) > 1 else _singular(said)}")
    if cut:
        parts.append(f"{named(cut)} : trop chargée{'s' * (len(cut) > 1)}, lue{'s' * (len(cut) > 1)} en partie")
    if unseen:
        parts.append(f"{named(unseen)} : du texte que personne ne voit, laissé de côté")
    if count < FEW:
        parts.append(f"très peu de texte ({count} lettres)")
    if files:
        parts.append("1 fichier joint non lu" if files == 1 else f"{files} fichiers joints non lus")
    return " ; ".join(parts)


def _singular(said: str) -> str:
    return (
        said.replace("images", "image")
        .replace("non lues", "non lue")
        .replace("abîmées", "abîmée")
        .replace("lues par", "lue par")
    )


def refuse_if_nothing(text: str, states: Sequence[PageState], name: str, *, root: str, recognised: bool) -> None:
    """Raises UnreadableDocument, with the reason that most pages give, when `text` holds nothing to read.

    `root` is "portfolio" or "form" for files whose pages only stand in for something else; `recognised` says that
    recognition was tried.
    """
    count = letters(text)
    if root == "portfolio" and count < WAITING:
        raise UnreadableDocument(
            "unsupported",
            f"« {name} » est un porte-documents PDF : extrayez les fichiers qu'il contient et donnez-les.",
        )
    if root == "form" and count < WAITING and ("Adobe" in text or not count):
        raise UnreadableDocument(
            "unsupported",
            f"« {name} » est un formulaire dynamique (XFA) sans page lisible : imprimez-le en PDF ordinaire.",
        )
    scanned, noise = states.count("scanned"), states.count("noise")
    if count and (count >= FEW or scanned + noise < sum(state != "blank" for state in states)):
        return
    if scanned:
        after = "la reconnaissance de caractères n'y a rien lu." if recognised else f"{HOW}."
        raise UnreadableDocument("scanned", f"« {name} » ne contient que des images de pages, sans texte : {after}")
    if noise:
        raise UnreadableDocument(
            "unreadable",
            f"« {name} » n'a pas de texte lisible (police sans table de caractères) : demandez une autre version, ou {HOW}.",
        )
    if "failed" in states:
        raise UnreadableDocument(
            "unreadable", f"« {name} » est abîmé et ne peut pas être lu : demandez une nouvelle copie du fichier."
        )
    raise UnreadableDocument(
        "empty", f"« {name} » ne contient aucun texte{' : que des chiffres' if text.strip() else ''}."
    )
