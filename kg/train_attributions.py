"""Weights of the confidence in an attribution, from annotated statements."""

from collections.abc import Iterable
from typing import Any

from kg.extract.confidence import RIGHT, WRONG, attribution_features
from kg.extract.coreference import Cluster, entity_of
from kg.evaluation.alignment import is_same
from kg.extract.pipeline import read
from kg.language.dates import parse_date
from kg.model import Article, Entity, Span
from kg.train_statements import Example, fit

_STRENGTH = 0.1
_SAME_CONTENT = 0.5
