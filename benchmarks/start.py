"""How long until a command answers? Each in a process of its own, warm."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
ARTICLE = "سخنگوی وزارت خارجه ایران گفت: گفت‌وگوها ادامه دارد.\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        article, store = Path(folder) / "article.txt", Path(folder) / "store"
        article.write_text(ARTICLE, encoding="utf-8")
        for limit, command in [
            (0.3, ["--help"]),
            (2.0, ["extract", str(article)]),
            (None, ["build", str(article), "--store", str(store)]),
            (None, ["query", "--store", str(store), "ASK { ?s ?p ?o }"]),
        ]:
            took = min(_time(command) for _ in range(ROUNDS))
            wanted = f" ({took / limit:.2f} of the {limit} s that it may take)" if limit else ""
            print(f"mavaze {command[0]}: {took:.2f} s{wanted}")


def _time(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kg", *command], check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
