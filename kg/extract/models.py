"""The learned models that ship with the package, of whichever kind each is."""

import json
from functools import cache
from importlib.resources import files

from kg.extract.linear import LinearModel
from kg.extract.trees import TreeModel

Model = LinearModel | TreeModel


def parse_model(text: str) -> Model:
    """Return the model that a JSON text holds.

    Trees are ``classes``, ``features``, ``trees`` and maybe ``thresholds``; a linear model has ``bias`` and ``weights``
    in place of features and trees.

    Example:
        >>> parse_model('{"classes": ["no", "yes"], "features": ["cue"], "trees": [[0.0], [0, -1.0, 1.0]]}').classes
        ('no', 'yes')
    """
    record = json.loads(text)
    classes, thresholds = tuple(record["classes"]), record.get("thresholds", {})
    if "trees" in record:
        return TreeModel(classes, tuple(record["features"]), tuple(map(tuple, record["trees"])), thresholds)
    weights = {feature: tuple(row) for feature, row in record["weights"].items()}
    return LinearModel(classes, tuple(record["bias"]), weights, thresholds)


@cache
def load_model(name: str) -> Model:
    """Read the model ``name.json`` that ships with the package, once.

    Raises:
        FileNotFoundError: When none is shipped under that name.
    """
    return parse_model(files("kg.extract").joinpath("weights", f"{name}.json").read_text("utf-8"))
