"""Does a build that is killed again and again end as one that was left alone? SIGKILL at chance moments, then compare.

    python benchmarks/killed_builds.py [KILLS] [ARTICLES] [--seed N]      (100 kills over 5,000 articles: 100 5000)

Every kill comes at a moment that chance chose within the time that the rest of the build would take.
"""

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest import vary

from kg.graph.export import write_export
from kg.graph.register import Register
from kg.graph.store import Store


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int, nargs="?", default=10)
    parser.add_argument("articles", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "news.jsonl").open("w", encoding="utf-8") as file:
            for article in vary(options.articles):
                told = {"id": article.id, "text": article.text, "publisher": article.publisher}
                file.write(json.dumps(told | {"date": str(article.published)}, ensure_ascii=False) + "\n")
        began = time.monotonic()
        assert start(folder, "calm").wait() == 0
        whole = time.monotonic() - began
        kills, in_time = 0, 0
        while kills < options.kills:
            left = whole * max(0.05, 1 - count(folder / "store") / options.articles)
            process = start(folder, "store")
            try:
                # The share of the rest that leaves something for every kill that is still to come.
                process.wait(chance.uniform(0, 2 * left / (options.kills - kills + 1)) + whole / options.articles)
                in_time += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            kills += 1
        assert start(folder, "store").wait() == 0
        same = contents(folder / "calm") == contents(folder / "store")
    print(f"{kills} runs, {kills - in_time} of them killed, over {options.articles} articles: ", end="")
    print("the stores are equal, quad for quad" if same else "THE STORES DIFFER")
    sys.exit(not same)


def start(folder: Path, store: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kg", "build", str(folder / "news.jsonl"), "--store", str(folder / store)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def count(store: Path) -> int:
    """Return how many articles the register of a store knows."""
    file = store / "register.sqlite"
    if not file.exists():
        return 0
    try:
        with Register(file) as register:
            return len(register.articles())
    except Exception:  # it was killed while it was made
        return 0


def contents(store: Path) -> bytes:
    written = io.BytesIO()
    with Store.open(store, read_only=True) as opened:
        write_export(opened, written, "nquads")
    return written.getvalue()


if __name__ == "__main__":
    main()
