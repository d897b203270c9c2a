"""A competency question: its words in two languages, its parameters, and its query.

A query file runs as it is, in any engine: each parameter stands in it as a line
``VALUES ?name { default }``, and binding a parameter replaces what stands between the braces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEADER = re.compile(r"^# (title|description)@(fa|en): (.+)$", re.MULTILINE)
_PARAMETER = re.compile(r"^# parameter: (\w+) (iri|date|integer|string) (\S+) (.+)$", re.MULTILINE)
_TERM = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]+>                                      # an IRI
    | "(?:[^"\\\n\r]|\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{4})*"                  # a string,
      (?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^<[^<>"{}|^`\\\x00-\x20]+>)?    # perhaps with language or datatype
    | [+-]?\d+""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that a reader may set.

    Attributes:
        name: The variable, without its question mark.
        type: ``iri``, ``date``, ``integer`` or ``string``.
        default: Its value when nobody sets it, as a term in SPARQL's notation.
        description: What it means, in English.
    """

    name: str
    type: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Query:
    """A competency question that ships with the ontology.

    Attributes:
        name: What it is called on the command line and in addresses.
        number: The question of the ontology that it answers.
        parameters: What a reader may set, in the order of the header.
        text: The whole file, runnable as it is, with the defaults in place.
    """

    name: str
    number: int
    title_fa: str
    title_en: str
    description_fa: str
    description_en: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, values: Mapping[str, str]) -> str:
        """Return the query's text with parameters set; those not named keep their defaults.

        Args:
            values: Terms in N-Triples' notation by parameter, as ``str()`` of a pyoxigraph term or
                ``.n3()`` of an rdflib one gives them: ``<https://…>``, ``"2019-07-01"^^<…#date>``.

        Raises:
            ValueError: When there is no such parameter, or a value is not one whole RDF term.
        """
        text = self.text
        known = [parameter.name for parameter in self.parameters]
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{self.name} has no parameter {name!r}; it has {', '.join(known) or 'none'}")
            if not _TERM.fullmatch(value):
                raise ValueError(f"{value!r} is no RDF term for {name!r}")
            # escaped, because a replacement reads backslashes its own way
            text = re.sub(_values_line(name), rf"\g<1> {value.replace(chr(92), chr(92) * 2)} \g<3>", text)
        return text


def parse_query(file_name: str, text: str) -> Query:
    """Read a query file: ``NN-name.rq`` with header comments.

    Raises:
        ValueError: When a title or description is missing, or a parameter has no ``VALUES`` line
            with its default.
    """
    number, _, name = file_name.removesuffix(".rq").partition("-")
    words = {f"{kind}_{language}": value for kind, language, value in _HEADER.findall(text)}
    missing = {"title_fa", "title_en", "description_fa", "description_en"} - words.keys()
    if missing:
        raise ValueError(f"{file_name} lacks {', '.join(sorted(missing))}")
    parameters = tuple(Parameter(*found) for found in _PARAMETER.findall(text))
    for parameter in parameters:
        defaults = {default for _, default, _ in re.findall(_values_line(parameter.name), text)}
        if defaults != {parameter.default}:
            raise ValueError(f"{file_name}: ?{parameter.name} needs a line VALUES ?{parameter.name} {{ default }}")
    return Query(name=name, number=int(number), parameters=parameters, text=text, **words)


def _values_line(name: str) -> str:
    return rf"(VALUES \?{name} \{{) (\S+) (\}})"
