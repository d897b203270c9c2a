import pytest

from kg.errors import MavazeError
from kg.graph.rules import Atom, Rule, put_in_order


def rule(head: str, *body: str) -> Rule:
    return Rule(Atom(*head.split()), tuple(Atom(*atom.split()) for atom in body))


def test_a_rule_comes_after_those_whose_heads_it_reads():
    about = rule("?x <about> ?z", "?x <conveys> ?y", "?y <target> ?z")
    target = rule("?x <target> ?y", "?x <against> ?y")
    assert put_in_order([about, target]) == [target, about]


def test_a_pattern_over_a_property_waits_for_the_rules_that_give_it_a_value():
    value = rule("?x <polarity> <positive>", "?x <favours> ?y")
    copied = rule("?x <leaning> ?y", "?x <polarity> ?y")
    assert put_in_order([copied, value]) == [value, copied]


def test_rules_that_read_each_other_come_once_for_each_head():
    there = rule("?x a <A>", "?x a <B>")
    back = rule("?x a <B>", "?x a <A>")
    assert put_in_order([there, back]) == [there, back, there, back]


def test_a_transitive_rule_is_repeated_so_that_long_chains_close():
    transitive = rule("?x <p> ?z", "?x <p> ?y", "?y <p> ?z")
    assert put_in_order([transitive]) == [transitive] * 10


def test_a_rule_that_says_nothing_new_is_left_out():
    assert put_in_order([rule("?x a <A>", "?x a <A>")]) == []


def test_a_chain_that_leads_back_to_itself_is_refused():
    with pytest.raises(MavazeError, match="leads back to <p>"):
        put_in_order([rule("?x <p> ?z", "?x <p> ?y", "?y <q> ?z")])
