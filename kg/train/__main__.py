"""``python -m kg.train GOLD``: learn all weights from a folder of annotated articles, and print the reports."""

import argparse
import json
from pathlib import Path

from kg.errors import MavazeError
from kg.train import train
from kg.train.records import WEIGHTS


def main() -> None:
    """Learn, write and report."""
    parser = argparse.ArgumentParser(prog="python -m kg.train", description="Learn all weights from gold.")
    parser.add_argument("gold", type=Path, help="folder with train.jsonl and names.jsonl")
    parser.add_argument("--corpus", type=Path, help="texts of the articles that data/annotations marks (.jsonl.gz)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    arguments = parser.parse_args()
    try:
        reports = train(arguments.gold, arguments.weights, arguments.corpus)
    except MavazeError as error:
        parser.exit(2, f"mavaze: {error}\n")
    print(json.dumps(reports, ensure_ascii=False, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
