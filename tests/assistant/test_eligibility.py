"""Eligibility: four-valued criteria; an unknown is never a yes or a no; golden profiles against the catalogue."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answers import GivenProfile, Match
from assistant.eligibility import match_schemes, next_question
from assistant.profiles import Profile, understand_profile
from ingest.catalogue import load_schemes, load_vocabulary
from ingest.schemes import ANY, Criterion, CriterionName, Scheme, Source

TODAY = date(2025, 6, 1)
SOURCE = Source("plan", "Mesure 1", date(2024, 6, 28), 19)
CATALOGUE = load_schemes()
WORDS = load_vocabulary()


def make_scheme(
    id: str = "aide", regions: tuple[str, ...] = ("REG-93",), state: str = "open", **allowed: tuple[str, ...] | None
) -> Scheme:
    names: tuple[CriterionName, ...] = ("size", "sector", "need")
    criteria = [Criterion("region", regions, None, SOURCE)]
    criteria += [Criterion(name, allowed[name], None, SOURCE) for name in names if name in allowed]
    return Scheme(id, id.upper(), (), "accompagnement", regions, state, date(2024, 6, 28), "", (), tuple(criteria), ())  # type: ignore[arg-type]


def judged(profile: Profile, scheme: Scheme) -> tuple[str, dict[str, str]]:
    (match,) = match_schemes(profile, [scheme], today=TODAY)
    return match.verdict, {c.name: c.verdict for c in match.criteria}


NICE_TPE = Profile(
    regions=("REG-93",), sizes=frozenset({"tpe"}), sectors=frozenset({"commerce"}), needs=frozenset({"formation"})
)
OPEN = make_scheme(size=("tpe",), sector=(ANY,), need=("formation",))


def test_every_criterion_met_is_eligible() -> None:
    assert judged(NICE_TPE, OPEN) == ("eligible", dict.fromkeys(("region", "size", "sector", "need"), "yes"))


def test_another_region_is_not_eligible_and_says_why() -> None:
    (match,) = match_schemes(replace(NICE_TPE, regions=("REG-76",)), [OPEN], today=TODAY)
    assert match.verdict == "not_eligible"
    assert match.reasons == ("Région : vous êtes en Occitanie ; ce dispositif vise Provence-Alpes-Côte d'Azur.",)


def test_what_the_company_did_not_say_is_missing_and_to_confirm() -> None:
    (match,) = match_schemes(replace(NICE_TPE, sizes=frozenset()), [OPEN], today=TODAY)
    assert (match.verdict, match.missing) == ("to_confirm", ("effectif",))


def test_what_the_company_said_without_settling_it_is_to_confirm_and_not_unsaid() -> None:
    asked = make_scheme(size=("tpe",), sector=("sante",), need=("conseil",))
    (match,) = match_schemes(replace(NICE_TPE, sectors=frozenset({"industrie"})), [asked], today=TODAY)
    assert (match.verdict, match.missing) == ("to_confirm", ())
    assert "Besoin : formation, à confirmer ; ce dispositif vise conseil et accompagnement." in match.reasons
    assert any(reason.startswith("Secteur : industrie, à confirmer ; ") for reason in match.reasons)
    (unsaid,) = match_schemes(Profile(sizes=frozenset({"startup"})), [asked], today=TODAY)
    assert unsaid.missing == ("région", "effectif", "secteur", "besoin")
    assert any(reason.startswith("Besoin : vous n'avez pas dit ce que vous cherchez ; ") for reason in unsaid.reasons)


def test_what_the_documents_do_not_say_is_unknown_and_not_missing() -> None:
    (match,) = match_schemes(NICE_TPE, [make_scheme(size=("tpe",), sector=None, need=("formation",))], today=TODAY)
    assert (match.verdict, match.missing) == ("to_confirm", ())
    assert "Secteur : les documents ne le précisent pas." in match.reasons


def test_an_ended_scheme_is_closed_whatever_fits() -> None:
    assert judged(NICE_TPE, replace(OPEN, state="ended"))[0] == "closed"


def test_a_scheme_whose_closing_day_is_past_is_closed_and_not_before() -> None:
    assert judged(NICE_TPE, replace(OPEN, closes_on=date(2025, 5, 31)))[0] == "closed"
    assert judged(NICE_TPE, replace(OPEN, closes_on=TODAY))[0] == "eligible"


def test_a_part_of_a_region_is_a_no_elsewhere_and_unknown_in_that_region() -> None:
    criteria = (Criterion("region", None, "Territoire : Toulon.", SOURCE), *OPEN.criteria[1:])
    local = replace(OPEN, criteria=criteria)
    assert judged(NICE_TPE, local)[1]["region"] == "unknown_scheme"
    assert judged(replace(NICE_TPE, regions=("REG-76",)), local)[1]["region"] == "no"


def test_a_scheme_that_does_not_say_where_it_holds_is_unknown_there() -> None:
    nowhere = replace(make_scheme(regions=(), size=("tpe",)), criteria=(Criterion("region", None, None, None),))
    assert judged(NICE_TPE, nowhere)[1]["region"] == "unknown_scheme"


def test_a_national_scheme_is_open_to_every_region_once_it_is_known() -> None:
    national = make_scheme(regions=("PAYS-99100",), size=(ANY,), sector=(ANY,), need=(ANY,))
    assert judged(replace(NICE_TPE, regions=("REG-53",)), national)[0] == "eligible"
    assert judged(Profile(), national)[1]["region"] == "unknown_company"


def test_one_site_in_the_region_is_enough() -> None:
    assert judged(replace(NICE_TPE, regions=("REG-52", "REG-93")), OPEN)[0] == "eligible"


def test_a_startup_of_unknown_size_is_neither_a_small_company_nor_not_one() -> None:
    assert judged(replace(NICE_TPE, sizes=frozenset({"startup"})), OPEN)[1]["size"] == "unknown_company"
    assert judged(replace(NICE_TPE, sizes=frozenset({"startup", "tpe"})), OPEN)[1]["size"] == "yes"
    assert judged(replace(NICE_TPE, sizes=frozenset({"eti"})), OPEN)[1]["size"] == "no"


def test_a_need_is_a_no_only_against_a_single_purpose_scheme() -> None:
    assert judged(NICE_TPE, make_scheme(need=("cybersecurite",)))[1]["need"] == "no"
    assert judged(NICE_TPE, make_scheme(need=("conseil", "diagnostic")))[1]["need"] == "unknown_company"


def test_order_is_fit_then_need_then_likeness_to_the_question() -> None:
    far = make_scheme("c-far", regions=("REG-52",), size=("tpe",), sector=(ANY,), need=("formation",))
    other_need = make_scheme("b-other", size=("tpe",), sector=(ANY,), need=("conseil",))
    found = match_schemes(NICE_TPE, [far, other_need, OPEN], today=TODAY)
    assert [m.id for m in found] == ["aide", "b-other", "c-far"]
    twins = [make_scheme(i, size=("tpe",), sector=(ANY,), need=("formation",)) for i in ("a", "b")]
    assert match_schemes(NICE_TPE, twins, today=TODAY, query_scores={"a": 0.2, "b": 0.9})[0].id == "b"
    assert match_schemes(NICE_TPE, twins, today=TODAY)[0].id == "a"
    assert match_schemes(NICE_TPE, [*twins, far], today=TODAY, named={"c-far"})[0].id == "c-far"


def test_the_question_to_ask_is_about_what_is_missing() -> None:
    matches = match_schemes(replace(NICE_TPE, regions=()), [OPEN], today=TODAY)
    assert next_question(Profile(), matches) == "Dans quelle région ou quelle ville se trouve votre organisation ?"
    assert next_question(NICE_TPE, match_schemes(NICE_TPE, [OPEN], today=TODAY)) is None


SIZES = ["tpe", "pme", "eti", "ge", "startup", "association", "collectivite", "recherche", "formation"]
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # the machine may do other work
settings.load_profile("patient")
PROFILES = st.builds(
    Profile,
    regions=st.sampled_from([(), ("REG-93",), ("REG-76",), ("REG-52",), ("REG-53",), ("REG-93", "REG-52")]),
    sizes=st.one_of(st.just(frozenset()), st.sampled_from(SIZES).map(lambda s: frozenset({s}))),
    sectors=st.frozensets(st.sampled_from(sorted(WORDS.sectors)), max_size=2),
    needs=st.frozensets(st.sampled_from(sorted(WORDS.needs)), max_size=3),
)


def by_id(profile: Profile) -> dict[str, Match]:
    return {m.id: m for m in match_schemes(profile, CATALOGUE, today=TODAY)}


@given(PROFILES, PROFILES)
def test_adding_what_was_unknown_never_turns_a_no_into_anything_else(partial: Profile, more: Profile) -> None:
    fuller = Profile(
        regions=partial.regions or more.regions,
        sizes=partial.sizes or more.sizes,
        sectors=partial.sectors or more.sectors,
        needs=partial.needs or more.needs,
    )
    before, after = by_id(partial), by_id(fuller)
    for id_, match in before.items():
        for old, new in zip(match.criteria, after[id_].criteria, strict=True):
            if old.verdict == "no":
                assert new.verdict == "no"


@given(PROFILES)
def test_an_unknown_is_never_a_yes_or_a_no(profile: Profile) -> None:
    said = {"region": profile.regions, "size": profile.sizes, "sector": profile.sectors, "need": profile.needs}
    for scheme in CATALOGUE:
        criteria = {c.name: c.allowed for c in scheme.criteria}
        (match,) = match_schemes(profile, [scheme], today=TODAY)
        for criterion in match.criteria:
            allowed = criteria.get(criterion.name)  # type: ignore[call-overload]
            if criterion.name != "region" and allowed is None:
                assert criterion.verdict == "unknown_scheme"
            elif not said[criterion.name] and not (allowed and ANY in allowed) and criterion.name != "sector":
                assert criterion.verdict in ("unknown_company", "unknown_scheme")


@given(PROFILES)
def test_a_scheme_of_another_region_is_never_offered(profile: Profile) -> None:
    regions = {scheme.id: set(scheme.regions) for scheme in CATALOGUE}
    for match in match_schemes(profile, CATALOGUE, today=TODAY):
        if profile.regions and not regions[match.id] & {*profile.regions, "PAYS-99100", "UE"}:
            assert match.verdict in ("not_eligible", "closed")


@given(PROFILES)
def test_who_says_only_industry_is_not_excluded_from_a_branch_of_it(profile: Profile) -> None:
    scheme = make_scheme(sector=("aeronautique",))
    assert judged(replace(profile, sectors=frozenset({"industrie"})), scheme)[1]["sector"] == "unknown_company"
    assert judged(replace(profile, sectors=frozenset({"industrie", "sante"})), scheme)[1]["sector"] == "no"


def test_nobody_known_is_eligible_for_nothing() -> None:
    assert not [
        m for m in match_schemes(Profile(), CATALOGUE, today=TODAY) if m.verdict in ("eligible", "not_eligible")
    ]


GOLDEN = [  # (message, schemes among the first five, schemes never offered)
    ("Fleuriste à Hyères, 2 salariés, je veux améliorer ma communication avec l'IA", {"mon-assistant-ia"}, {"diva", "sud-accelerateur", "move2digital"}),
    ("PME de 60 personnes dans la mécanique à Vitrolles, on cherche un diagnostic IA", {"move2digital"}, {"diva", "mon-assistant-ia"}),
    ("ETI de 400 salariés à Avignon, nous voulons transformer l'entreprise et former nos cadres", {"sud-accelerateur"}, {"mon-assistant-ia", "move2digital"}),
    ("Nous sommes une startup IA à Nice, nous cherchons un interlocuteur pour le financement et le juridique", {"guichet-ia"}, {"diva"}),
    ("PME de 30 salariés à Saumur, on a des données à exploiter et il nous faut un diagnostic", {"diva"}, {"move2digital", "mon-assistant-ia"}),
    ("Nous dirigeons une usine à Cholet, 90 salariés, on veut moderniser l'atelier", {"ami-industrie-du-futur"}, {"mon-assistant-ia", "move2digital"}),
    ("Petite boîte de 7 personnes à Saint-Nazaire, j'aimerais un consultant", {"pdl-conseil"}, {"move2digital", "mon-assistant-ia"}),
    ("PME de 20 salariés à La Flèche, on s'est fait pirater", {"pdl-cyber-diagnostic"}, {"mon-assistant-ia", "bouclier-cyber"}),
    ("Startup spécialisée en IA à Montpellier, 5 salariés, on veut financer notre R&D", {"occitanie-rd-entreprises-ia"}, {"guichet-ia", "diva"}),
    ("Nous fabriquons des avions à Toulouse, 200 salariés, et voulons nous équiper en IA", {"occitanie-filieres-cles"}, {"move2digital", "diva"}),
    ("Notre laboratoire à Montpellier cherche à financer un projet de recherche en IA", {"occitanie-recherche-ia"}, {"mon-assistant-ia", "diva"}),
    ("Je travaille dans une mairie du Gers, on veut de l'IA dans nos services publics", {"occitanie-services-publics"}, {"mon-assistant-ia", "diva"}),
    ("Notre organisme de formation à Marseille cherche un financement pour ouvrir une formation à l'IA", {"fif"}, {"diva"}),
    ("Nous sommes une PME de 40 salariés à Draguignan, je voudrais former mes équipes aux bases de l'IA", {"mooc-sud-ia-tpe-pme"}, {"mon-assistant-ia", "diva"}),
    ("PME de 100 salariés à Rennes, on veut introduire l'IA dans notre production", {"ia-booster"}, {"diva", "move2digital", "mon-assistant-ia"}),
    ("PME de 45 personnes à Laval, nous voulons structurer l'entreprise et gagner en compétitivité", {"dinamic-plus"}, {"sud-accelerateur"}),
    ("Notre communauté de communes en Vendée cherche un financement européen", {"feder-fse-pdl"}, {"mon-assistant-ia", "move2digital"}),
    ("Deux boutiques, l'une à Toulon, l'autre à Nantes : nous sommes 8 salariés, on veut du conseil", {"pdl-conseil", "mon-assistant-ia"}, {"move2digital"}),
    ("We are a 30-employee software company in Toulouse, we need training in AI", {"occitanie-formation-ia"}, {"diva", "mooc-sud-ia-tpe-pme"}),
    ("Entreprise de 15 salariés à Strasbourg, on veut un diagnostic IA", {"ia-booster"}, {"diva", "move2digital", "mon-assistant-ia"}),
]  # fmt: skip


@pytest.mark.parametrize(("message", "expected", "never"), GOLDEN)
def test_a_golden_profile_meets_its_schemes(message: str, expected: set[str], never: set[str]) -> None:
    ids = {scheme.id for scheme in CATALOGUE}
    profile = understand_profile(message, GivenProfile(), (), WORDS)
    matches = match_schemes(profile, CATALOGUE, today=TODAY)
    offered = [m.id for m in matches if m.verdict in ("eligible", "to_confirm")]
    assert (expected & ids) <= set(offered[:5]), (profile, [(m.id, m.score) for m in matches[:6]])
    assert not never & set(offered)


def test_beside_examples_the_documents_do_not_say_and_among_them_it_is_a_yes() -> None:
    example = Criterion("sector", ("sante", "mobilite"), "Santé et mobilité, par exemple.", SOURCE, examples=True)
    scheme = replace(make_scheme(), criteria=(*make_scheme().criteria, example))
    sectors = {"commerce": "unknown_scheme", "sante": "yes"}
    for sector, expected in sectors.items():
        assert judged(replace(NICE_TPE, sectors=frozenset({sector})), scheme)[1]["sector"] == expected
    assert judged(replace(NICE_TPE, sectors=frozenset()), scheme)[1]["sector"] == "unknown_company"
    (match,) = match_schemes(NICE_TPE, [scheme], today=TODAY)
    assert "Secteur : les documents ne citent que des exemples (santé, mobilité et transport)." in match.reasons


def test_who_wants_to_create_a_company_is_not_refused_what_startups_get() -> None:
    student = Profile(regions=("REG-93",), sizes=frozenset({"particulier"}), needs=frozenset({"creation"}))
    assert judged(student, make_scheme(size=("startup",)))[1]["size"] == "unknown_company"
    learner = replace(student, needs=frozenset({"formation"}))
    assert judged(learner, make_scheme(size=("startup",)))[1]["size"] == "no"


def test_what_is_known_is_not_asked_again() -> None:
    asked = "Combien de salariés compte votre organisation ?"
    trainers = make_scheme(size=("formation",), need=("formation",))
    known = replace(NICE_TPE, sectors=frozenset())
    assert next_question(known, match_schemes(known, [trainers], today=TODAY)) != asked
    startup = replace(NICE_TPE, sizes=frozenset({"startup"}))
    assert next_question(startup, match_schemes(startup, [make_scheme(size=("pme",))], today=TODAY)) == asked
    town = Profile(regions=("REG-93",), sizes=frozenset({"collectivite"}), needs=frozenset({"formation"}))
    assert next_question(town, match_schemes(town, [make_scheme(sector=("sante",))], today=TODAY)) is None


def test_an_event_that_is_over_is_never_proposed() -> None:
    tour = next(scheme for scheme in CATALOGUE if scheme.id == "tour-de-france-ia")
    assert [match_schemes(NICE_TPE, [tour], today=day)[0].verdict for day in (date(2025, 1, 1), TODAY)] == [
        "to_confirm",
        "closed",
    ]


def test_what_would_change_a_verdict_is_said_for_each_criterion_that_is_not_met() -> None:
    (match,) = match_schemes(
        replace(NICE_TPE, regions=("REG-76",), sizes=frozenset()), [make_scheme(size=("tpe",), need=None)], today=TODAY
    )
    said = {c.name: c.change for c in match.criteria}
    assert said["region"] == (
        "Pour remplir ce critère, il faudrait avoir un établissement dans le territoire visé (Provence-Alpes-Côte d'Azur)."
    )
    assert said["size"] is not None
    assert said["size"].startswith("Votre réponse")
    assert "TPE" in said["size"]
    assert said["need"] == "Une réponse de l'organisme qui gère l'aide : les documents ne le précisent pas."


def test_nothing_would_change_a_criterion_that_is_met() -> None:
    (match,) = match_schemes(NICE_TPE, [OPEN], today=TODAY)
    assert {c.change for c in match.criteria} == {None}


def test_past_its_last_day_an_aid_is_said_to_have_ended_that_day() -> None:
    open_aid = replace(OPEN, closes_on=date(2025, 5, 31))
    for day, shown in ((date(2025, 5, 31), ("open", "2024-06-28")), (TODAY, ("ended", "2025-05-31"))):
        (match,) = match_schemes(NICE_TPE, [open_aid], today=day)
        assert (match.state, match.as_of) == shown


TOWN = Profile(regions=("REG-93",), sizes=frozenset({"collectivite"}))
CIVIC = make_scheme("a-civic", size=("collectivite",), need=("service_public",))


@pytest.mark.parametrize(
    ("sizes", "needs", "verdict"),
    [
        ({"collectivite"}, {"formation"}, "unknown_company"),
        ({"collectivite"}, set(), "unknown_company"),
        ({"collectivite"}, {"service_public"}, "yes"),
        (set(), {"formation"}, "unknown_company"),
        ({"pme"}, {"formation"}, "no"),
    ],
)
def test_what_a_public_body_is_there_for_may_fit_and_is_no_yes(sizes: set[str], needs: set[str], verdict: str) -> None:
    profile = Profile(regions=("REG-93",), sizes=frozenset(sizes), needs=frozenset(needs))
    assert judged(profile, CIVIC)[1]["need"] == verdict


def test_what_a_public_body_is_there_for_excludes_no_other_aid_and_ranks_its_own_first() -> None:
    other = make_scheme("b-other", size=("collectivite",), need=("conseil", "diagnostic"))
    found = match_schemes(TOWN, [other, CIVIC], today=TODAY)
    assert [m.id for m in found] == ["a-civic", "b-other"]
    assert {m.verdict for m in found} == {"to_confirm"}
    assert judged(TOWN, make_scheme(need=("export",)))[1]["need"] == "unknown_company"
    assert judged(replace(TOWN, needs=frozenset({"formation"})), make_scheme(need=("export",)))[1]["need"] == "no"


@pytest.mark.parametrize(("needs", "first"), [(set(), "b-wide"), ({"export"}, "a-export")])
def test_an_aid_of_one_purpose_comes_first_where_it_is_asked_for_and_last_elsewhere(
    needs: set[str], first: str
) -> None:
    aids = [make_scheme("a-export", size=("tpe",), need=("export",))]
    aids.append(make_scheme("b-wide", size=("tpe",), need=("conseil", "diagnostic")))
    profile = replace(NICE_TPE, needs=frozenset(needs))
    assert match_schemes(profile, aids, today=TODAY)[0].id == first
