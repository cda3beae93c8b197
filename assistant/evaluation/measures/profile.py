"""Whether the company was understood, part by part: region, size, sector, need, as codes of the vocabulary."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from assistant.answers import GivenProfile
from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.profiles import understand_profile
from ingest.catalogue import load_vocabulary

PARTS = ("region", "size", "sector", "need")


@cache
def codes(part: str, words: str) -> frozenset[str]:
    """The codes of the vocabulary that the words of one part mean; none for words it does not know."""
    profile = understand_profile("", replace(GivenProfile(), **{part: words}), (), load_vocabulary())
    found = {"region": profile.regions, "size": profile.sizes, "sector": profile.sectors, "need": profile.needs}
    return frozenset(found[part])


def parts_understood(case: Case, part: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """(gold codes, understood codes); None where the gold is words the vocabulary does not know."""
    if case.reply is None or case.gold.profile is None or case.reply.profile is None:
        return None
    wanted, said = getattr(case.gold.profile, part), getattr(case.reply.profile, part)
    gold = codes(part, wanted) if wanted else frozenset()
    if wanted and not gold:
        return None
    return gold, codes(part, said) if said else frozenset()


def _right(case: Case, part: str) -> float | None:
    """A region and a size are to be exact; a sector and a need, free words in the file, are to meet."""
    both = parts_understood(case, part)
    if both is None:
        return None
    gold, said = both
    return float(bool(gold & said) if gold and part in ("sector", "need") else gold == said)


def profile_part(part: str) -> Measure:
    source = "Henderson, Thomson, Williams, DSTC2, SIGDIAL 2014, doi 10.3115/v1/W14-4337"
    return Measure(f"profile_{part}", "understanding", lambda case: _right(case, part), source)
