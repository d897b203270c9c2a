"""Names to things and offices, in the spellings in which Persian news writes them."""

import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from kg.gazetteer import Gazetteer, load
from kg.language.normalize import fold
from kg.model import ENTITY_TYPES, DateSpan


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def day(text: str) -> DateSpan:
    return DateSpan(date.fromisoformat(text), date.fromisoformat(text))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("آمریکا", "state/united-states"),
        ("امریکا", "state/united-states"),
        ("ایالات متحده", "state/united-states"),
        ("انگلیس", "state/united-kingdom"),
        ("انگلستان", "state/united-kingdom"),
        ("رژيم صهيونيستي", "state/israel"),
        ("اسراییل", "state/israel"),
        ("جمهوری اسلامی", "state/iran"),
        ("عربستان", "state/saudi-arabia"),
        ("امارات", "state/united-arab-emirates"),
        ("كره شمالي", "state/north-korea"),
        ("تُرکیه", "state/turkey"),
        ("پامپئو", "person/mike-pompeo"),
        ("مايك پمپئو", "person/mike-pompeo"),
        ("دونالد ترمپ", "person/donald-trump"),
        ("نتنیاهو", "person/benjamin-netanyahu"),
        ("بن‌سلمان", "person/mohammad-bin-salman"),
        ("رئيسي", "person/ebrahim-raisi"),
        ("رییسی", "person/ebrahim-raisi"),
        ("بقایی", "person/esmaeil-baghaei"),
        ("احمدی نژاد", "person/mahmoud-ahmadinejad"),
        ("حوثی‌ها", "organization/ansar-allah"),
        ("جهاد اسلامی", "organization/palestinian-islamic-jihad"),
        ("سپاه پاسداران", "organization/irgc"),
        ("ایسنا", "organization/isna"),
        ("اتحاديه اروپا", "organization/european-union"),
        ("برجام", "topic/jcpoa"),
        ("پروتكل الحاقي", "topic/additional-protocol"),
        ("اینستکس", "topic/instex"),
    ],
)
def test_finds_usual_names_in_any_spelling(gazetteer: Gazetteer, name: str, key: str) -> None:
    assert [thing.key for thing in gazetteer.find(name)][:1] == [key]


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("آمریکایی", "demonym", "state/united-states"),
        ("سعودی", "demonym", "state/saudi-arabia"),
        ("فلسطینی", "demonym", "state/palestine"),
        ("تهران", "metonym", "state/iran"),
        ("واشنگتن", "metonym", "state/united-states"),
        ("تل‌آویو", "metonym", "state/israel"),
        ("لاهه", "metonym", "state/netherlands"),
        ("مالی", "weak", "state/mali"),
        ("ترک", "weak", "state/turkey"),
        ("اسد", "weak", "person/bashar-al-assad"),
        ("آژانس", "weak", "organization/iaea"),
        ("لاوروف", "alias", "person/sergey-lavrov"),
        ("ایران", "label", "state/iran"),
    ],
)
def test_tells_what_kind_of_name_it_is(gazetteer: Gazetteer, name: str, kind: str, key: str) -> None:
    assert (kind, key) in [(found.kind, thing.key) for found, thing in gazetteer.find_names(name)]


def test_a_body_comes_before_the_state_that_its_seat_stands_for(gazetteer: Gazetteer) -> None:
    assert [thing.key for thing in gazetteer.find("کاخ سفید")] == ["organization/white-house", "state/united-states"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("وزارت خارجه ایالات متحده", "organization/united-states-foreign-ministry"),
        ("وزارت امور خارجه انگلستان", "organization/united-kingdom-foreign-ministry"),
        ("وزارت دفاع روسيه", "organization/russia-defence-ministry"),
        ("پارلمان رژیم صهیونیستی", "organization/israel-parliament"),
        ("ارتش سوریه", "organization/syria-army"),
    ],
)
def test_composes_an_organ_from_its_title_and_any_name_of_its_state(gazetteer: Gazetteer, name: str, key: str) -> None:
    assert [thing.key for thing in gazetteer.find(name)] == [key]


@pytest.mark.parametrize("name", ["", " ", "کتابخانه", "وزارت خارجه", "وزارت خارجه کتابخانه"])
def test_unknown_names_find_nothing(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name) == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("وزیر خارجه آمریکا", "post/united-states-foreign-minister"),
        ("وزير امور خارجه جمهوري اسلامي ايران", "post/iran-foreign-minister"),
        ("نخست‌وزیر رژیم صهیونیستی", "post/israel-prime-minister"),
        ("صدر اعظم آلمان", "post/germany-chancellor"),
        ("سخنگوی وزارت خارجه روسیه", "post/russia-foreign-ministry-spokesperson"),
        ("نماینده دائم فرانسه در سازمان ملل", "post/france-un-representative"),
        ("سفیر ژاپن در تهران", "post/japan-ambassador-to-iran"),
        ("مدیرکل آژانس", "post/iaea-director-general"),
        ("مسئول سیاست خارجی اتحادیه اروپا", "post/eu-high-representative"),
        ("رهبر معظم انقلاب", "post/iran-supreme-leader"),
        ("رئیس تشکیلات خودگردان", "post/palestine-president"),
    ],
)
def test_finds_an_office_by_its_full_title(gazetteer: Gazetteer, name: str, key: str) -> None:
    assert [post.key for post in gazetteer.find_posts(name)] == [key]


@pytest.mark.parametrize(
    ("title", "body", "key"),
    [
        ("وزیر خارجه", "state/france", "post/france-foreign-minister"),
        ("رئیس جمهوری", "state/iran", "post/iran-president"),
        ("سخنگوی وزارت امور خارجه", "state/iran", "post/iran-foreign-ministry-spokesperson"),
        ("سخنگوی", "organization/iran-foreign-ministry", "post/iran-foreign-ministry-spokesperson"),
        ("نماینده دائم در سازمان ملل", "state/iran", "post/iran-un-representative"),
        ("سخنگوی وزارت خارجه ایران", "organization/iran-foreign-ministry", "post/iran-foreign-ministry-spokesperson"),
        ("وزیر خارجه روسیه", "state/russia", "post/russia-foreign-minister"),
        ("دبیرکل", "organization/nato", "post/nato-secretary-general"),
        ("مسئول سیاست خارجی", "organization/european-union", "post/eu-high-representative"),
        ("سخنگوی", "organization/united-states-defence-ministry", "post/pentagon-spokesperson"),
        ("فرمانده کل", "organization/irgc", "post/irgc-commander"),
    ],
)
def test_finds_an_office_by_title_and_body(gazetteer: Gazetteer, title: str, body: str, key: str) -> None:
    post = gazetteer.find_post(title, body)
    assert post is not None
    assert post.key == key


@pytest.mark.parametrize(
    ("title", "body"),
    [("سخنگوی", "state/iran"), ("سفیر", "state/turkey"), ("باغبان", "state/iran"), ("وزیر", "state/x")],
)
def test_a_title_that_does_not_tell_the_office_finds_none(gazetteer: Gazetteer, title: str, body: str) -> None:
    assert gazetteer.find_post(title, body) is None


def test_every_state_has_the_offices_that_news_speak_of(gazetteer: Gazetteer) -> None:
    states = [thing.key for thing in gazetteer.things.values() if thing.type == "state"]
    assert len(states) == 197
    for state in states:
        assert gazetteer.find_post("وزیر خارجه", state), state
        assert gazetteer.find_post("سخنگوی وزارت خارجه", state), state
        assert gazetteer.find_organ("وزارت خارجه", state), state


def test_spokespersons_speak_for_their_state_and_members_of_parliament_for_nobody(gazetteer: Gazetteer) -> None:
    assert gazetteer.posts["post/iran-foreign-ministry-spokesperson"].speaks_for == "state/iran"
    assert gazetteer.posts["post/nato-secretary-general"].speaks_for == "organization/nato"
    assert gazetteer.posts["post/iran-member-of-parliament"].speaks_for is None


def test_ministers_belong_to_their_ministries(gazetteer: Gazetteer) -> None:
    roles = {"role/foreign-minister", "role/deputy-foreign-minister", "role/foreign-ministry-spokesperson"}
    bodies = {post.body for post in gazetteer.posts.values() if post.role in roles} - {"organization/european-union"}
    assert {gazetteer.things[body].organ for body in bodies} == {"organ/foreign-ministry"}
    assert gazetteer.posts["post/iran-defence-minister"].body == "organization/iran-defence-ministry"


def test_members_of_nato_are_listed(gazetteer: Gazetteer) -> None:
    members = {key for key, thing in gazetteer.things.items() if "organization/nato" in thing.member_of}
    assert {"state/turkey", "state/canada", "state/sweden"} < members
    assert not members & {"state/russia", "state/austria", "state/iran"}


def test_finds_an_ambassador_by_sender_and_host(gazetteer: Gazetteer) -> None:
    post = gazetteer.ambassador("state/iran", "state/united-kingdom")
    assert post is not None
    assert post.name == "سفیر ایران در بریتانیا"
    assert gazetteer.ambassador("state/tuvalu", "state/andorra") is None


@pytest.mark.parametrize(
    ("post", "span", "holder"),
    [
        ("iran-foreign-minister", day("2013-12-01"), "person/mohammad-javad-zarif"),
        ("iran-foreign-minister", day("2021-08-25"), None),
        ("iran-foreign-minister", DateSpan(date(2021, 1, 1), date(2021, 12, 31)), None),
        ("iran-foreign-minister", DateSpan(date(2022, 1, 1), date(2022, 12, 31)), "person/hossein-amir-abdollahian"),
        ("iran-foreign-minister", day("2024-09-01"), "person/abbas-araghchi"),
        ("united-states-foreign-minister", day("2018-06-12"), "person/mike-pompeo"),
        ("united-states-president", day("2019-03-01"), "person/donald-trump"),
        ("united-states-president", day("2022-03-01"), "person/joe-biden"),
        ("united-states-president", DateSpan(date(2017, 1, 21), date(2025, 3, 1)), None),
        ("iaea-director-general", day("2019-09-01"), None),
        ("no-such-office", day("2019-09-01"), None),
    ],
)
def test_tells_who_held_an_office(gazetteer: Gazetteer, post: str, span: DateSpan, holder: str | None) -> None:
    found = gazetteer.holder_on(f"post/{post}", span)
    assert (found.key if found else None) == holder


def test_an_office_without_a_known_end_is_trusted_no_further_than_its_source(gazetteer: Gazetteer) -> None:
    open_ended = next(m for m in gazetteer.memberships if m.end is None and m.known == date(2022, 12, 31))
    assert not open_ended.covers(day("2023-01-01"))
    assert open_ended.covers(day("2022-12-31"))


def test_lists_a_persons_offices_in_order(gazetteer: Gazetteer) -> None:
    posts = [m.post for m in gazetteer.posts_of("person/ali-akbar-salehi")]
    assert posts.index("post/iran-foreign-minister") > posts.index("post/iran-atomic-energy-chief")
    assert gazetteer.posts_of("person/nobody") == ()


def test_names_are_persian_in_persian_letters(gazetteer: Gazetteer) -> None:
    for name, thing in gazetteer.names():
        assert not re.search("[يىكة]", name.text), thing.key
        assert name.text == " ".join(name.text.split()), thing.key
    assert all(re.search("[آ-ی]", thing.name) for thing in gazetteer.things.values())


def test_every_thing_is_shown_by_one_persian_label(gazetteer: Gazetteer) -> None:
    for thing in gazetteer.things.values():
        assert thing.type in ENTITY_TYPES
        assert thing.names[0].text == thing.name
        assert len(thing.names) == len({name.text for name in thing.names}), thing.key


def test_labels_of_states_organizations_and_topics_are_told_apart(gazetteer: Gazetteer) -> None:
    labels = Counter(fold(t.name) for t in gazetteer.things.values() if t.type in ("state", "organization", "topic"))
    assert [label for label, count in labels.items() if count > 1] == []


def test_keys_are_readable_and_tell_the_type(gazetteer: Gazetteer) -> None:
    pattern = re.compile(r"(state|person|organization|group|topic|post)/[a-z0-9]+(-[a-z0-9]+)*")
    for key in [*gazetteer.things, *gazetteer.posts]:
        assert pattern.fullmatch(key), key
    assert all(key.split("/")[0] == thing.type for key, thing in gazetteer.things.items())


def test_items_are_well_formed_and_used_once(gazetteer: Gazetteer) -> None:
    named = [*((t.qid, t.key) for t in gazetteer.things.values()), *((p.qid, p.key) for p in gazetteer.posts.values())]
    items = [qid for qid, _ in named if qid]
    assert len(items) == len(set(items)) > 2000
    assert all(re.fullmatch(r"Q[1-9]\d*", item) for item in items)


def test_every_state_has_an_item_and_is_no_organization(gazetteer: Gazetteer) -> None:
    assert all(thing.qid for thing in gazetteer.things.values() if thing.type == "state")
    assert gazetteer.things["organization/european-union"].qid == "Q458"


def test_the_digest_names_the_files(gazetteer: Gazetteer) -> None:
    assert re.fullmatch("[0-9a-f]{64}", gazetteer.digest)


def test_reading_brings_in_no_rdf_library_but_oxigraph() -> None:
    code = "import sys, kg.gazetteer; kg.gazetteer.load(); print({'rdflib', 'hazm', 'owlready2'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
