"""Verb groups: which tokens of a sentence are one inflected verb.

«گفته است», «می توانند» and «خواهد کرد» are one verb over several tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.language.morphology import VerbForm
from kg.language.segment import Token
from kg.lexicon import Lexicon, word_set

_LONGEST = 4


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """An inflected verb in a sentence.

    Attributes:
        first: Index of its first token.
        last: Index of its last token.
        form: What form it is.
    """

    first: int
    last: int
    form: VerbForm

    @property
    def past_stem(self) -> str:
        """The stem by which the lexicon's tables name the verb."""
        return self.form.lemma.partition("#")[0]

    @property
    def is_finite(self) -> bool:
        """Whether it can close a clause."""
        return self.form.tense not in ("participle", "infinitive")

    def closes(self, tokens: Sequence[Token]) -> bool:
        """Whether it ends its clause; a bare participle («مطرح شده») does so only where the clause visibly ends."""
        if not self.is_finite:
            return False
        behind = tokens[self.last + 1] if self.last + 1 < len(tokens) else None
        is_bare = tokens[self.last].key.endswith("ه") and self.form.tense == "perfect"
        return not is_bare or behind is None or not behind.is_word or behind.key in word_set("clause_joints")

    @property
    def reports(self) -> bool:
        """Whether a third person did it: neither future nor wish, so that it can report speech."""
        return self.form.person == 3 and self.form.tense in ("past", "present", "perfect", "pluperfect")


def find_verbs(tokens: Sequence[Token], lexicon: Lexicon) -> list[VerbGroup]:
    """Find the verb groups of one sentence, longest first at each token, in text order."""
    groups: list[VerbGroup] = []
    index = 0
    while index < len(tokens):
        group = _verb_at(tokens, index, lexicon)
        if group is not None:
            groups.append(group)
        index = group.last + 1 if group else index + 1
    return groups


def _verb_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> VerbGroup | None:
    first = tokens[index].key
    if not first[:1].isalpha():
        return None
    may_go_on = first in word_set("verb_prefixes") or first.endswith("ه")
    for length in range(min(_LONGEST, len(tokens) - index) if may_go_on else 1, 0, -1):
        form = lexicon.verb_forms.get("".join(token.key for token in tokens[index : index + length]))
        if form is not None and not (length == 1 and (_is_noun(tokens, index) or _addresses(first, form))):
            return VerbGroup(index, index + length - 1, form)
    return None


def _is_noun(tokens: Sequence[Token], index: int) -> bool:
    """Whether a form that is spelt like a noun stands where only a noun can."""
    key = tokens[index].key
    following = tokens[index + 1].key if index + 1 < len(tokens) else ""
    behind = tokens[index + 2].key if index + 2 < len(tokens) else ""
    if key == "گفت" and (following.startswith("وگو") or (following == "و" and behind.startswith("گو"))):
        return True
    before = tokens[index - 1].key if index else ""
    if key in word_set("nouns_like_verbs") and following[:1].isalnum() and following not in word_set("clause_joints"):
        return True
    if key in word_set("verb_forms_that_are_nouns"):
        return before in word_set("not_before_verbs")
    return key == "بود" and before == "و"


def _addresses(key: str, form: VerbForm) -> bool:
    """Whether a form speaks to one person without a prefix: in the news it is a noun («سازی», «درگیری»)."""
    is_bare = form.tense in ("past", "subjunctive") and not key.startswith(("ب", "ن"))
    return form.person == 2 and not form.is_plural and is_bare
