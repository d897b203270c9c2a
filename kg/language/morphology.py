"""Forms of Persian verbs, generated from their stems.

hazm conjugates; what is kept of it is the finite forms that news uses, by a key without spaces or
zero-width non-joiners, so that «می‌گوید», «می گوید» and «میگوید» are one form.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kg.language.normalize import fold

Tense = Literal["past", "present", "perfect", "pluperfect", "future", "subjunctive", "participle", "infinitive"]

_ACTIVE: dict[str, tuple[Tense, str]] = {
    "perfective_past": ("past", "past"),
    "imperfective_past": ("past", "past"),
    "present_perfect": ("perfect", "past"),
    "past_precedent": ("pluperfect", "past"),
    "subjunctive_present_perfect": ("subjunctive", "past"),
    "imperfective_present": ("present", "present"),
    "perfective_present": ("subjunctive", "present"),
    "subjunctive_perfective_present": ("subjunctive", "present"),
    "perfective_future": ("future", "past"),
}
_PASSIVE: dict[str, tuple[Tense, str]] = {
    "passive_perfective_past": ("past", "past"),
    "passive_present_perfect": ("perfect", "past"),
    "passive_past_precedent": ("pluperfect", "past"),
    "passive_imperfective_present": ("present", "past"),
    "passive_imperfective_past": ("past", "past"),
    "passive_perfective_present": ("subjunctive", "past"),
    "passive_perfective_future": ("future", "past"),
}
_CONSONANT_STEMS = {"شو", "رو", "دو", "شنو", "درو", "غنو"}
_SHORTEST_FORM = 3
_PERSONS = {6: (1, 2, 3, 1, 2, 3), 7: (1, 2, 3, 3, 1, 2, 3)}  # perfects list the third person with and without «است»


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One inflected form.

    Attributes:
        lemma: Past and present stem as hazm writes them («گفت#گو»).
        tense: Tense or mood; imperfective and progressive count with their tense.
        person: 1, 2 or 3; 0 for participle and infinitive.
        is_plural: Whether it agrees with a plural subject.
        is_negative: Whether it carries «ن».
        is_passive: Whether it is a passive with «شدن».
    """

    lemma: str
    tense: Tense
    person: int
    is_plural: bool = False
    is_negative: bool = False
    is_passive: bool = False


@lru_cache(maxsize=512)
def inflect(lemma: str) -> dict[str, VerbForm]:
    """Return the finite forms, participle and infinitive of a verb by their folded spelling.

    Where two forms are spelt alike the first of past, perfect … passive wins; the written language
    uses it most.

    Args:
        lemma: Past and present stem joined by ``#``, as in hazm's ``verbs.dat``.

    Raises:
        ValueError: When the lemma has not two stems.

    Example:
        >>> inflect("گفت#گو")["نمیگوید"]
        VerbForm(lemma='گفت#گو', tense='present', person=3, is_plural=False, is_negative=True, is_passive=False)
        >>> inflect("گفت#گو")["گفتهشدهاست"].is_passive
        True
    """
    from hazm import Conjugation

    past, separator, present = lemma.partition("#")
    if not (past and separator and present):
        raise ValueError(f"{lemma!r} has not two stems; write it as «گفت#گو»")
    takes_glide = present[-1] in "او" and present not in _CONSONANT_STEMS
    stems = {"past": past, "present": present + "ی" if takes_glide else present}  # گو: می‌گوید
    conjugation = Conjugation()
    forms: dict[str, VerbForm] = {}
    for is_passive, methods in ((False, _ACTIVE), (True, _PASSIVE)):
        for method, (tense, stem) in methods.items():
            for is_negative in (False, True):
                name = f"negative_{method}" if is_negative else method
                conjugated = getattr(conjugation, name)(stems[stem])
                persons = _PERSONS[len(conjugated)]
                for index, (person, form) in enumerate(zip(persons, conjugated, strict=True)):
                    is_plural = index >= len(persons) - 3
                    verb_form = VerbForm(lemma, tense, person, is_plural, is_negative, is_passive)
                    for key in map(fold, _spellings(form, tense, verb_form)):
                        if len(key) >= _SHORTEST_FORM or verb_form.tense == "past":  # «ای», «ام» are endings
                            forms.setdefault(key, verb_form)
    forms.setdefault(fold(past + "ه"), VerbForm(lemma, "participle", 0))
    forms.setdefault(fold(past + "ن"), VerbForm(lemma, "infinitive", 0))
    return forms


def _spellings(form: str, tense: Tense, verb_form: VerbForm) -> tuple[str, ...]:
    """Give the form, and for a perfect of the third person also the spelling that joins «است»."""
    if tense == "perfect" and verb_form.person == 3 and not verb_form.is_plural and form.endswith("ه است"):
        return form, form.removesuffix("ه است") + "ست", form.removesuffix(" است") + "‌ست"
    return (form,)
