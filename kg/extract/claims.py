"""What a model claims about an article, row by row, until only what the text bears out is left.

A row becomes an attribution and its stances when every string in it stands where it should; any other is dropped and
counted. Nothing is asked of a server here.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import ontology
from kg.extract.assembly import Judged, assemble
from kg.extract.content import Content
from kg.extract.coreference import Cluster, Resolution, resolve
from kg.extract.cues import Cue
from kg.extract.mentions import Mention
from kg.extract.reading import Attribution, ReadSentence
from kg.extract.stances import FoundStance
from kg.extract.verification import Block, Place, Refusal, locate, locate_speaker, locate_target
from kg.gazetteer import load as load_gazetteer
from kg.language.normalize import fold, normalize
from kg.lexicon import load as load_lexicon
from kg.model import ENTITY_TYPES, Article, EntityType, Extraction, Mode, Polarity, Span

_BLOCK_LENGTH = 1500
_LONGEST_SHARE = 0.6
_MOST_KNOWN = 40
_CONFIDENCE = 0.5  # nothing is known of a model that nobody measured
_POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
_QUOTATION_MARKS = set('«»“”„‹›"')


def cut_blocks(sentences: Sequence[ReadSentence]) -> Iterator[Block]:
    """Yield whole lines up to a length; a line that is longer by itself is cut between sentences."""
    first, begin = 0, 0
    for index, read_sentence in enumerate(sentences):
        sentence = read_sentence.sentence
        if index == first:
            begin = sentence.span.begin
            continue
        opens_line = sentence.line != sentences[index - 1].sentence.line
        end = _line_end(sentences, index) if opens_line else sentence.span.end
        begins_here = sentences[first].sentence.line == sentence.line
        if end - begin > _BLOCK_LENGTH and (opens_line or begins_here):
            yield Block(sentences, first, index - 1)
            first, begin = index, sentence.span.begin
    if sentences:
        yield Block(sentences, first, len(sentences) - 1)


def _line_end(sentences: Sequence[ReadSentence], index: int) -> int:
    line = sentences[index].sentence.line
    while index + 1 < len(sentences) and sentences[index + 1].sentence.line == line:
        index += 1
    return sentences[index].sentence.span.end


@dataclass(frozen=True)
class _Found:
    """A statement that the text bears out."""

    attribution: Attribution
    act: str
    stances: tuple[tuple[Mention, Polarity], ...]


class Claims:
    """The claims about one article, taken block by block; thrown away afterwards.

    Attributes:
        sentences: What was read in each sentence; mentions that only the claims name are added.
        dropped: How many rows and stances the text does not bear out, by reason.
    """

    def __init__(self, article: Article, sentences: Sequence[ReadSentence]) -> None:
        self.article = article
        self.sentences = list(sentences)
        self.text = normalize(article.text)
        self.known: dict[str, tuple[str, Mention]] = {}
        self.found: list[_Found] = []
        self.dropped: Counter[str] = Counter()

    def question(self, block: Block) -> str:
        """Return what the model is asked about a block: its lines, and the names found before it."""
        lines: dict[int, list[str]] = {}
        for read_sentence in block.sentences[block.first : block.last + 1]:
            sentence = read_sentence.sentence
            begin, end = self.text.index(sentence.span.begin), self.text.index(sentence.span.end)
            lines.setdefault(sentence.line, []).append(" ".join(self.text.text[begin:end].split()))
        text = "\n".join(" ".join(parts) for parts in lines.values())
        names = [form for form, _ in self.known.values()][-_MOST_KNOWN:]
        return json.dumps({"known": names, "text": text}, ensure_ascii=False)

    def take(self, block: Block, row: object) -> None:
        """Keep a row that the text bears out; count any other."""
        try:
            self.found.append(self._verified(block, row))
        except Refusal as refusal:
            self.dropped[refusal.reason] += 1

    def _verified(self, block: Block, row: object) -> _Found:
        if not isinstance(row, dict):
            raise Refusal("malformed")
        if row.get("act") not in ontology.acts():
            raise Refusal("act")
        speaker, cue_words, first, last = (_text(row, name) for name in ("speaker", "cue", "first", "last"))
        cue, content = locate(block, cue_words, first, last)
        span = block.span(content)
        if span.end - span.begin > _LONGEST_SHARE * len(self.article.text):
            raise Refusal("long")
        source = self._source(block, speaker, _entity_type(row.get("speaker_type")), content, cue or content)
        anchor = cue or content
        attribution = Attribution(
            sentence=block.sentence(anchor.first),
            cue=None if cue is None else _cue(block, cue, row["act"]),
            source=source,
            content=span,
            mode=_mode(block, content),
            rule="",
        )
        return _Found(attribution, row["act"], tuple(self._stances(block, row.get("stances"), content, cue)))

    def _source(self, block: Block, words: str, type_: EntityType | None, content: Place, anchor: Place) -> Mention:
        for place in locate_speaker(block, words, content, anchor):
            mention = self._mention(block, place, type_)
            if mention is None or mention.type == "topic":
                continue
            points_back = mention.kind in ("pronoun", "anaphor")
            if not points_back:
                self.known.setdefault(fold(words), (" ".join(words.split()), mention))
            elif block.line(place.first) != block.line(anchor.first):
                continue
            return mention
        if fold(words) in self.known:
            return self.known[fold(words)][1]
        raise Refusal("speaker")

    def _stances(
        self, block: Block, rows: object, content: Place, cue: Place | None
    ) -> Iterator[tuple[Mention, Polarity]]:
        for row in rows if isinstance(rows, list) else []:
            if not isinstance(row, dict) or not isinstance(row.get("target"), str):
                self.dropped["malformed"] += 1
            elif row.get("polarity") not in _POLARITIES:
                self.dropped["polarity"] += 1
            elif (target := self._target(block, row, content, cue)) is None:
                self.dropped["target"] += 1
            else:
                yield target, row["polarity"]

    def _target(self, block: Block, row: dict[str, Any], content: Place, cue: Place | None) -> Mention | None:
        type_ = _entity_type(row.get("target_type"))
        try:
            places = list(locate_target(block, row["target"], content, cue))
        except Refusal:
            return None
        return next((m for place in places if (m := self._mention(block, place, type_)) is not None), None)

    def _mention(self, block: Block, place: Place, type_: EntityType | None) -> Mention | None:
        """Return the mention that words name: one that was read there anyway, or a new one.

        Words inside a longer mention stand for it where they open it («وزیر خارجه» for «وزیر خارجه عمان») or
        are a person's last name. Other parts of a mention are none.
        """
        index, first, _ = block.tokens[place.first]
        last = first + place.last - place.first
        here = self.sentences[index].mentions
        covering = [m for m in here if m.first <= first and last <= m.last]
        exact = [m for m in covering if (m.first, m.last) == (first, last)]
        opened = [m for m in covering if m.first == first and not m.is_inner]
        surnames = [m for m in covering if m.last == last and (m.kind, m.type) == ("name", "person")]
        if exact or opened or surnames:
            return (exact or opened or surnames)[0]
        covered = [m for m in here if first <= m.first and m.last <= last and not m.is_inner]
        if covered and all(m.type == "person" for m in covered):
            return next((m for m in covered if m.kind == "name"), covered[0])
        if covering:
            return None
        return self._new_mention(index, first, last, block.span(place).of(self.article.text), type_)

    def _new_mention(self, index: int, first: int, last: int, words: str, type_: EntityType | None) -> Mention | None:
        found = [t for name, t in load_gazetteer().find_names(words) if name.kind in ("label", "alias")]
        thing = found[0] if found else None
        type_ = thing.type if thing is not None else type_
        if type_ is None:
            return None
        read_sentence = self.sentences[index]
        mention = Mention(
            sentence=index,
            first=first,
            last=last,
            kind="name",
            type=type_,
            thing=thing.key if thing is not None else None,
            name_kind="label" if thing is not None else None,
            head=read_sentence.sentence.tokens[first].key,
            body=thing.key if thing is not None and type_ == "state" else None,
        )
        mentions = sorted((*read_sentence.mentions, mention), key=lambda m: (m.first, m.is_inner, -m.last))
        self.sentences[index] = replace(read_sentence, mentions=mentions)
        return mention

    # -- together ------------------------------------------------------------------------------------------------------

    def extraction(self, rule: str) -> Extraction:
        """Return what was found, with everybody linked as the built-in extractor links them."""
        found = sorted(self.found, key=lambda f: (f.attribution.content.begin, -f.attribution.content.end))
        attributions = _nested([replace(f.attribution, rule=rule) for f in found], self.sentences)
        resolution = resolve(self.article, self.sentences, attributions, load_gazetteer())
        seen: set[tuple[Span, int]] = set()
        judged: list[Judged | None] = []
        for index, one in enumerate(found):
            speaker = resolution.speakers[index]
            if speaker is None:
                self.dropped["speaker"] += 1
                judged.append(None)
            elif (one.attribution.content, id(speaker)) in seen:
                self.dropped["repeated"] += 1
                judged.append(None)
            else:
                seen.add((one.attribution.content, id(speaker)))
                stances = tuple(self._linked(one.stances, speaker, resolution.behalf[index], resolution, rule))
                judged.append(Judged(one.act, stances, _CONFIDENCE))
        contents = [Content(attribution, self.sentences, load_lexicon()) for attribution in attributions]
        return assemble(self.article, contents, judged, resolution, load_gazetteer())

    def _linked(
        self,
        stances: Sequence[tuple[Mention, Polarity]],
        speaker: Cluster,
        behalf: str | None,
        resolution: Resolution,
        rule: str,
    ) -> Iterator[FoundStance]:
        seen: set[int] = set()
        for mention, polarity in stances:
            target = resolution.clusters.get((mention.sentence, mention.first, mention.last))
            if target is None:
                self.dropped["target"] += 1
            elif target is speaker or (target.thing is not None and target.thing.key == behalf):
                self.dropped["own side"] += 1
            elif id(target) in seen:
                self.dropped["repeated"] += 1
            else:
                seen.add(id(target))
                yield FoundStance(target, polarity, _CONFIDENCE, rule)


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise Refusal("malformed")
    return value


def _entity_type(value: object) -> EntityType | None:
    return next((type_ for type_ in ENTITY_TYPES if type_ == value), None)


def _cue(block: Block, place: Place, act: str) -> Cue:
    offset = block.tokens[place.first][1] - place.first
    parts = tuple(part + offset for part in place.parts or range(place.first, place.last + 1))
    return Cue("verb", parts[0], parts[-1], parts, act)


def _mode(block: Block, content: Place) -> Mode:
    tokens = [token for _, _, token in block.tokens]
    before = tokens[content.first - 1].form if content.first else ""
    if before in _QUOTATION_MARKS and tokens[content.first].depth > 0:
        return "direct"
    is_quoted = any(token.form in _QUOTATION_MARKS for token in tokens[content.first : content.last + 1])
    return "mixed" if is_quoted else "indirect"


def _nested(attributions: Sequence[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Point each attribution to the innermost one whose longer content holds its words and its cue."""
    result = []
    for attribution in attributions:
        own = attribution.content
        outer = [
            (other.content.end - other.content.begin, position)
            for position, other in enumerate(attributions)
            if other.content.covers(own)
            and other.content != own
            and other.content.covers(_reach(attribution, sentences))
        ]
        result.append(replace(attribution, within=min(outer)[1] if outer else None))
    return result


def _reach(attribution: Attribution, sentences: Sequence[ReadSentence]) -> Span:
    if attribution.cue is None:
        return attribution.content
    tokens = sentences[attribution.sentence].sentence.tokens
    return Span(tokens[attribution.cue.first].begin, tokens[attribution.cue.last].end)
