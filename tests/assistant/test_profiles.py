"""Profiles: what the asker says of itself, and nothing more."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from assistant.answers import GivenProfile, Turn
from assistant.forgetting import FORGOTTEN
from assistant.profiles import Profile, described, understand_profile
from assistant.sizes import size_class
from ingest.catalogue import load_vocabulary

WORDS = load_vocabulary()
NOTHING = GivenProfile()


def understood(text: str, given: GivenProfile = NOTHING, *earlier: str, since: Sequence[int] = (1,) * 4) -> Profile:
    history = [Turn("user", said) for said in earlier]
    return understand_profile(text, given, history, WORDS, names=("Mon assistant IA",), said_since=since)


@pytest.mark.parametrize(
    ("text", "regions", "sizes", "headcount"),
    [
        ("Je tiens une fromagerie à Digne-les-Bains avec 3 salariées", ("REG-93",), {"tpe"}, 3),
        ("PME de 80 personnes dans le nautisme à La Seyne-sur-Mer. Par où commencer ?", ("REG-93",), {"pme"}, 80),
        ("We are a 120-employee company near Nantes. Any grant?", ("REG-52",), {"pme"}, 120),
        ("Startup IA à Nîmes, 8 personnes, on cherche des fonds", ("REG-76",), {"startup", "tpe"}, 8),
        ("Nous sommes une dizaine de salariés à Albi", ("REG-76",), {"pme"}, 10),
        ("Nous avons moins de 10 salariés", (), {"tpe"}, 9),
        ("Nous avons plus de 250 salariés", (), {"eti"}, 251),
        ("Je travaille seule, à Saumur", ("REG-52",), {"tpe"}, 1),
        ("Notre mairie, 40 agents, dans le Gers", ("REG-76",), {"collectivite"}, None),
        ("pme de saint nazaire, on veut exporter", ("REG-52",), {"pme"}, None),
        ("Mon labo à Perpignan travaille sur les vagues", ("REG-76",), {"recherche"}, None),
        (
            "Deux usines, l'une à Marseille, l'autre au Mans : nous sommes 300 salariés",
            ("REG-93", "REG-52"),
            {"eti"},
            300,
        ),
        ("ma startup (medtech, 25 pers.) est basée à Labège", ("REG-76",), {"startup", "pme"}, 25),
        ("On est trois associés, à Blagnac", ("REG-76",), {"tpe"}, 3),
        ("As a researcher in Toulouse, where can I get computing power?", ("REG-76",), {"recherche"}, None),
        ("I run a micro-enterprise in the Sud region", ("REG-93",), {"tpe"}, None),
        ("We are a mid-sized company in Occitania. Which aid?", ("REG-76",), {"eti"}, None),
        ("je suis lycéen à Nîmes", ("REG-76",), {"particulier"}, None),
        ("nous ne sommes pas à Marseille mais à Nantes", ("REG-52",), set(), None),
        ("une ETI du Vaucluse peut-elle en bénéficier ?", ("REG-93",), {"eti"}, None),
    ],
)
def test_the_asker_is_understood(text: str, regions: tuple[str, ...], sizes: set[str], headcount: int | None) -> None:
    profile = understood(text)
    assert (profile.regions, set(profile.sizes), profile.headcount) == (regions, sizes, headcount)


@pytest.mark.parametrize(
    "text",
    [
        "combien de salariés travaillent dans les entreprises spécialisées en IA en Occitanie",
        "Combien de TPE ont été accompagnées ?",
        "Quelles entreprises de plus de 250 salariés utilisent l'IA ?",
        "Qui préside la Région ?",
        "Donne-moi les grandes orientations",
        "Quel est le montant par TPE ?",
    ],
)
def test_a_question_about_others_describes_nobody(text: str) -> None:
    profile = understood(text)
    assert (profile.sizes, profile.headcount, profile.sectors, profile.needs, profile.regions) == (
        frozenset(), None, frozenset(), frozenset(), (),
    )  # fmt: skip


def test_the_clients_of_an_accountant_are_not_its_size() -> None:
    profile = understood("Expert-comptable à Nice, je veux être formée pour mieux conseiller mes clients TPE")
    assert profile.sizes == {"accompagnant"}
    assert "formation" in profile.needs
    assert "conseil" not in profile.needs


def test_a_negation_adds_nothing() -> None:
    profile = understood(
        "Nous fabriquons des dispositifs médicaux, pas en Occitanie ; on n'est pas des spécialistes de l'IA"
    )
    assert profile.regions == ()
    assert profile.sectors == {"sante", "industrie"}


def test_people_to_train_are_no_headcount() -> None:
    assert understood("Je veux former 3 salariés à l'IA").headcount is None


def test_a_wish_is_a_need_and_not_a_sector() -> None:
    profile = understood("Petite boîte de 6 personnes à Laval, j'aimerais un consultant pour le virage numérique")
    assert profile.sectors == frozenset()
    assert profile.needs == {"conseil"}


def test_a_company_spoken_of_in_the_third_person_has_its_sector_and_need() -> None:
    profile = understood("Quelle aide pour une PME industrielle de 15 salariés à Fréjus qui veut recruter ?")
    assert (profile.sizes, profile.sectors, profile.needs) == ({"pme"}, {"industrie"}, {"recrutement"})


def test_words_inside_a_scheme_name_are_no_need_and_no_possession() -> None:
    assert understood("Mon assistant IA, ça finance combien ?").needs == frozenset()


NANTES = GivenProfile(region="44", size="40 salariés", sector="commerce", need="formation")


@pytest.mark.parametrize(
    "text",
    ["Nous sommes une TPE à Nice", "Quelle aide pour une TPE à Nice ?", "Quels dispositifs pour une TPE, à Nice ?"],
)
def test_the_question_wins_over_the_place_and_the_size_given_before_it(text: str) -> None:
    profile = understood(text, NANTES)
    assert (profile.regions, profile.sizes, profile.headcount) == (("REG-93",), {"tpe"}, None)
    assert (profile.sectors, profile.needs) == ({"commerce"}, {"formation"})


def test_a_place_alone_in_a_follow_up_wins_over_the_one_given() -> None:
    for asked in ("Et à Toulouse ?", "Quels chèques à Toulouse ?", "Une aide à Toulouse ?"):
        assert understood(asked, NANTES, "Quelle aide pour nous ?").regions == ("REG-76",)


def test_what_is_given_wins_over_what_was_said_before_it() -> None:
    profile = understood("Et pour nous former ?", NANTES, "Nous sommes une TPE à Nice")
    assert (profile.regions, profile.sizes, profile.headcount) == (("REG-52",), {"pme"}, 40)


def test_what_is_given_after_the_question_corrects_it() -> None:
    profile = understood("Nous sommes une TPE à Nice", NANTES, since=(0, 0, 0, 0))
    assert (profile.regions, profile.sizes, profile.headcount) == (("REG-52",), {"pme"}, 40)


def test_what_was_given_before_the_conversation_is_older_than_all_of_it() -> None:
    turns = ("Quelle aide pour une TPE à Nice ?", "Et pour nous équiper ?")
    assert understood("Et pour la formation ?", NANTES, *turns, since=(3, 2, 1, 1)).regions == ("REG-93",)
    assert understood("Et pour la formation ?", NANTES, *turns, since=(9, 9, 9, 9)).regions == ("REG-93",)
    assert understood("Et pour la formation ?", NANTES, *turns, since=(2, 2, 1, 1)).regions == ("REG-52",)


def test_a_question_about_others_moves_nobody() -> None:
    asked = "Combien d'aides la Région Occitanie a-t-elle versées ?"
    assert understood("Quelle aide pour nous ?", NANTES, asked, since=(2, 2, 1, 1)).regions == ("REG-52",)
    assert understood("Quel est le budget du plan IA en Occitanie ?", NANTES).regions == ("REG-52",)
    asked = "Quelles aides à Toulouse ?"
    assert understood("Et pour nous former ?", NANTES, asked, since=(2, 2, 1, 1)).regions == ("REG-76",)


def test_a_size_that_says_no_more_leaves_what_was_given() -> None:
    assert understood("Quelle aide pour une PME à Nice ?", NANTES).headcount == 40
    assert understood("Notre startup cherche une aide", NANTES).sizes == {"startup", "pme"}
    assert understood("Notre mairie cherche une aide", NANTES).sizes == {"collectivite"}


@pytest.mark.parametrize(
    ("region", "codes"),
    [("Nantes", ("REG-52",)), ("44000", ("REG-52",)), ("PACA", ("REG-93",)), ("Région Sud", ("REG-93",)), ("Toulouse et Nice", ("REG-76", "REG-93")),
     ("Bruxelles", ()), ("Pays de la Loire", ("REG-52",)), ("occitanie", ("REG-76",))],
)  # fmt: skip
def test_a_given_region_is_read_in_free_words(region: str, codes: tuple[str, ...]) -> None:
    assert understood("", GivenProfile(region=region)).regions == codes


def test_a_later_turn_wins_and_the_rest_is_kept() -> None:
    profile = understood("Et en Occitanie ?", GivenProfile(), "Nous sommes une PME de Nantes, on veut recruter")
    assert (profile.regions, profile.sizes, profile.needs) == (("REG-76",), {"pme"}, {"recrutement"})
    assert understood("et pour une ETI ?", GivenProfile(), "Nous sommes une PME de 40 salariés").sizes == {"eti"}


def test_the_assistant_s_own_turns_say_nothing_of_the_company() -> None:
    history = [Turn("assistant", "Vous êtes une PME de Nantes.")]
    assert understand_profile("Quelle aide ?", GivenProfile(), history, WORDS, names=()) == Profile()


def test_the_record_has_french_labels_and_none_for_the_unknown() -> None:
    given = described(Profile(regions=("REG-93", "REG-52"), sizes=frozenset({"startup", "tpe"})), WORDS)
    assert given == GivenProfile("Provence-Alpes-Côte d'Azur ; Pays de la Loire", "TPE ; startup", None, None)


def test_size_follows_the_european_thresholds() -> None:
    assert [size_class(n) for n in (0, 9, 10, 249, 250, 4999, 5000)] == ["tpe", "tpe", "pme", "pme", "eti", "eti", "ge"]
    assert size_class(100, Decimal(60_000_000)) == "eti"


@pytest.mark.parametrize(
    ("said", "sectors"),
    [
        ("62.01Z", {"numerique"}),
        ("30.30Z ; menuiserie", {"aeronautique", "industrie", "btp"}),
        ("71.12B", set()),  # a code the vocabulary has no sector for: unknown, not a no
    ],
)
def test_a_given_sector_may_be_a_naf_code(said: str, sectors: set[str]) -> None:
    assert understood("", GivenProfile(sector=said)).sectors == sectors


def test_what_is_taken_back_stays_unknown_whatever_the_messages_say() -> None:
    said = "Nous sommes une PME de 80 personnes à Toulon dans le bâtiment, nous cherchons une formation"
    assert understood(said).regions == ("REG-93",)
    assert understood(said, GivenProfile(*[FORGOTTEN] * 4), since=(0,) * 4) == Profile()
    kept = understood(said, GivenProfile(region=FORGOTTEN, size="TPE"), said, since=(0,) * 4)
    assert (kept.regions, kept.sizes, kept.sectors) == ((), {"tpe"}, {"btp"})


def test_what_is_taken_back_may_be_said_again_later() -> None:
    said, taken = "Nous sommes une PME de 80 personnes à Toulon dans le bâtiment", GivenProfile(*[FORGOTTEN] * 4)
    assert understood("Et pour la formation ?", taken, said) == Profile(needs=frozenset({"formation"}))
    again = understood("Et pour une ETI à Toulouse ?", taken, said)
    assert (again.regions, again.sizes, again.sectors) == (("REG-76",), {"eti"}, frozenset())


@pytest.mark.parametrize(
    ("text", "regions", "sizes"),
    [
        (
            "Un autre dossier, qui n'a rien à voir : PME du bâtiment à Angers, qui peut l'accompagner ?",
            ("REG-52",),
            {"pme"},
        ),
        ("Autre client : un garage à Albi, quelle aide ?", ("REG-76",), set()),
        ("Question pour ma sœur : son usine à Saumur veut se moderniser", ("REG-52",), set()),
    ],
)
def test_nothing_said_of_one_company_is_of_another(text: str, regions: tuple[str, ...], sizes: set[str]) -> None:
    profile = understood(text, NOTHING, "PME de 45 salariés à Salon-de-Provence, aide pour l'IA ?")
    assert (profile.regions, set(profile.sizes), profile.headcount) == (regions, sizes, None)


def test_a_place_said_alone_is_the_asker_s() -> None:
    assert understood("Vendée, donc Pays de la Loire", NOTHING, "PME de 80 salariés, quelle aide ?").regions == (
        "REG-52",
    )


def test_a_place_to_forget_is_not_the_asker_s() -> None:
    said = "Oubliez Laval : mon entreprise est à Sophia-Antipolis, quels financements ?"
    assert understood(said, NOTHING, "J'accompagne une PME à Laval.").regions == ("REG-93",)


# ---- a company told across turns ------------------------------------------------------------------------------


def told_after(answer: str, said: str, *later: Turn) -> Profile:
    history = [Turn("user", "Je dirige une TPE, quelle aide pour l'IA ?"), Turn("assistant", answer)]
    messages = [*history, Turn("user", said), *later]
    return understand_profile(messages[-1].content, NOTHING, messages[:-1], WORDS, names=())


WORKS = "surtout dans la menuiserie et la charpente du bois de marine"


def test_what_is_said_after_the_assistant_asked_is_of_the_company() -> None:
    asked = "Lanterne IA équipe les TPE. [1] Dans quel secteur travaillez-vous ?"
    assert "btp" in told_after(asked, WORKS).sectors
    assert "btp" in told_after(asked, WORKS, Turn("assistant", "Voici. [1]"), Turn("user", "Et la durée ?")).sectors
    assert not told_after("Lanterne IA équipe les TPE. [1]", WORKS).sectors


def test_a_question_asked_in_return_says_nothing_of_the_company() -> None:
    assert not told_after("Dans quel secteur travaillez-vous ?", f"{WORKS}, cela compte ?").sectors


@pytest.mark.parametrize(
    "said",
    [
        "et s'ils sont dans une usine du nord, à Nîmes ?",
        "ok, et si notre usine déménageait un jour à Nîmes ?",
        "merci, mais si la boîte déménageait un jour à Nîmes ?",
    ],
)
def test_what_is_supposed_of_the_company_is_of_it(said: str) -> None:
    assert told_after("Lanterne IA équipe les TPE. [1]", said).regions == ("REG-76",)


@pytest.mark.parametrize(
    "said", ["ou contre les pirates qui forcent les caisses ?", "ok, et contre les pirates qui forcent les caisses ?"]
)
def test_a_need_named_in_a_follow_up_is_that_of_the_company(said: str) -> None:
    assert told_after("Lanterne IA équipe les TPE. [1]", said).needs == {"cybersecurite"}
