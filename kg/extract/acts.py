"""The speech act of an attribution: a specific cue decides, a general one leaves it to the content.

«رد کرد» denies a claim but rejects an offer; a few nouns turn «اعلام کرد» into what they name («حمایت خود را اعلام
کرد»). What is left («گفت»، «دانست») is told by a small learned model (``weights/acts.json``) over the phrases of
``act_words.tsv``.
"""

from itertools import pairwise

from kg.extract.act_features import act_features
from kg.extract.content import Content
from kg.extract.cues import Cue
from kg.extract.linear import load_model

__all__ = ["act_features", "act_of_cue", "act_probabilities", "classify_act"]

_GENERAL = {"announce", "affirm"}
_CLAIMS = {
    "ادعا", "اتهام", "گزارش", "خبر", "اخبار", "شایعه", "سخن", "اظهارات", "نقش", "دخالت", "مسیولیت", "ارتباط", "احتمال",
    "موضوع", "وجود",
}  # fmt: skip
_REFUSABLE = {
    "پیشنهاد", "طرح", "درخواست", "خواسته", "شرط", "شروط", "مذاکره", "مذاکرات", "گفتوگو", "گفتگو", "سیاست", "تحریم",
    "بازرسی", "ارسال", "تشدید", "قطعنامه", "دعوت", "لایحه", "توافق", "ایده", "اولتیماتوم", "بازگشت", "تمدید", "پیوستن",
}  # fmt: skip
_WEAPONS = {"پهپاد", "موشک", "کشتی", "نفتکش", "پایگاه", "هواپیما", "فرودگاه", "نظامی", "مسلحانه", "تاسیسات"}
_DEEDS = {
    "سیاست", "اقدام", "برنامه", "رفتار", "زندانی", "نقض", "حمله", "تصمیم", "بازداشت", "سرکوب", "دخالت", "مداخله", "سخن",
    "اظهارات",
}  # fmt: skip
_OWN_ACTS = {
    "حمایت": "support", "پشتیبانی": "support", "همبستگی": "support", "ایستادگی": "support", "همراهی": "support",
    "موافقت": "agree", "تعهد": "agree", "پایبندی": "agree", "امادگی": "propose", "پیشنهاد": "propose",
    "مخالفت": "reject", "انزجار": "condemn", "محکومیت": "condemn", "اعتراض": "criticize",
    "شرط": "demand", "شروط": "demand", "مطالبات": "demand", "درخواست": "demand",
    "تسلیت": "thank", "تبریک": "thank", "قدردانی": "thank",
}  # fmt: skip
_ENDINGS = ("ها", "های", "هایی", "ات", "اش", "یی", "ی")


def classify_act(content: Content) -> str:
    """Return the act of an attribution by its local name in ``ontology/acts.ttl``."""
    probabilities = act_probabilities(content)
    return max(probabilities, key=lambda act: (probabilities[act], act))


def act_probabilities(content: Content) -> dict[str, float]:
    """Return the probability of each act; one act alone where the cue decides."""
    decided = act_of_cue(content)
    if decided is not None:
        return {decided: 1.0}
    return load_model("acts").probabilities(act_features(content))


def act_of_cue(content: Content) -> str | None:
    """Return the act that the cue decides together with the words of its own clause, or None where it is general."""
    cue = content.attribution.cue
    if cue is None:
        return None
    if cue.act not in _GENERAL:
        return _specific(cue, content)
    return _own_act(content) if cue.act == "announce" and not content.attribution.has_clause else None


def _specific(cue: Cue, content: Content) -> str:
    attribution = content.attribution
    tokens = content.sentences[attribution.sentence].sentence.tokens
    words = {tokens[part].key for part in cue.parts}
    nouns = {key for token in content.tokens for key in _bases(token.key)}
    if cue.act == "deny" and "رد" in words and not attribution.has_clause:
        return "reject" if nouns & _REFUSABLE and not nouns & _CLAIMS else "deny"
    if cue.act == "warn" and "نگرانی" in words and not attribution.has_clause:
        return "criticize" if nouns & _DEEDS else "warn"
    if cue.act == "criticize" and ("شکایت" in words or ("حمله" in words and nouns & _WEAPONS)):
        return "accuse"
    return cue.act


def _own_act(content: Content) -> str | None:
    """Return the act that the noun of «N خود را اعلام کرد» or «با اعلام N» names, or None."""
    tokens, cue = content.tokens, content.attribution.cue
    own = [token.key for token, following in pairwise(tokens) if following.key == "خود" or token.key.endswith("اش")]
    if cue is not None and cue.kind == "participle":
        own += [token.key for token in tokens[:1]]
    return next((_OWN_ACTS[base] for key in own for base in _bases(key) if base in _OWN_ACTS), None)


def _bases(key: str) -> tuple[str, ...]:
    return (key, *(key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending)))
