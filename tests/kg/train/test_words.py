import gzip
import json
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.train.words import train_word_clusters

LETTERS = "بپتجچحدرزسشفقکگلمنهی"
NOUNS = [f"ناما{a}{b}" for a in LETTERS[:10] for b in LETTERS[:6]]
VERBS = [f"رفتا{a}{b}" for a in LETTERS[:10] for b in LETTERS[:6]]


def write_corpus(path: Path, texts: int) -> None:
    """Write texts of a language whose sentences are a noun, a verb and a full stop."""
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number in range(texts):
            pairs = [(NOUNS[(number + i) % 60], VERBS[(7 * number + 11 * i) % 60]) for i in range(60)]
            text = " ".join(f"{noun} {verb}." for noun, verb in pairs)
            lines.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")


def test_words_of_the_same_surroundings_share_a_class(tmp_path: Path) -> None:
    corpus, table = tmp_path / "corpus.jsonl.gz", tmp_path / "clusters.tsv"
    write_corpus(corpus, 20)
    train_word_clusters(corpus, table, broad=2, fine=4)
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert rows[0] == ["key", "broad", "fine"]
    broad = {key: number for key, number, _ in rows[1:]}
    assert broad.keys() == {*NOUNS, *VERBS}
    assert len({broad[noun] for noun in NOUNS}) == len({broad[verb] for verb in VERBS}) == 1
    assert broad[NOUNS[0]] != broad[VERBS[0]]
    first = table.read_bytes()
    train_word_clusters(corpus, table, broad=2, fine=4)
    assert table.read_bytes() == first


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b'{"id": 1}\n')], ids=["not packed", "no text"])
def test_what_is_no_corpus_is_told(tmp_path: Path, content: bytes) -> None:
    corpus = tmp_path / "corpus.jsonl.gz"
    corpus.write_bytes(content)
    with pytest.raises(InputError, match="no corpus"):
        train_word_clusters(corpus, tmp_path / "clusters.tsv")


def test_a_small_corpus_is_refused(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl.gz"
    write_corpus(corpus, 3)
    with pytest.raises(InputError, match=r"only .* words are frequent enough; give more text"):
        train_word_clusters(corpus, tmp_path / "clusters.tsv")
