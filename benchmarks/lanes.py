"""Which way of queueing serves best: how long does a cheap query wait behind dear ones?

    python benchmarks/lanes.py [--triples N] [--seconds N] [--rounds N]

Eight clients ask without a pause: dear queries, which meet their limit, and every fourth time a moderate one; a ninth
asks a cheap one every 50 ms. So with one queue for all, and with slices of several lengths after which a query counts
as dear, in turns, so that whatever else the machine does meets all of them alike. One of them is shipped.
"""

import argparse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    # Here, because each worker loads this module, and should do so soon.
    from apparatus.queueing import compare
    from synthetic import make_store

    compare(make_store(options.triples), options.rounds, options.seconds)


if __name__ == "__main__":
    main()
