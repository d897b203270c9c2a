"""From an article to its statements: who said what, about whom, with which stance.

Knows Persian and no RDF. One module a step; ``extract`` joins them.
"""

from kg.extract.pipeline import extract

__all__ = ["extract"]
