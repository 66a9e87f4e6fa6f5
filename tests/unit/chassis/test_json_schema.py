"""Schemas of strangers: refused where a check could take long, or would fetch something."""

import time
from typing import Any

import pytest

from chassis.json_schema import Schema

TWICE = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "http://127.0.0.1:9/x"}, "place in the schema"),
        ({"$ref": "file:///etc/passwd"}, "place in the schema"),
        ({"properties": {"a": {"$ref": "other.json#/a"}}}, "place in the schema"),
        ({"$id": "http://a.example/", "$ref": "#/$defs/a", "$defs": {"a": {}}}, "$id"),
        ({"$ref": "#"}, "refer to itself"),
        ({"properties": {"child": {"$ref": "#"}}}, "refer to itself"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/%24defs/a"}}}, "refer to itself"),
        ({"$ref": "#/$defs/d0", "$defs": {**TWICE, "d40": {}}}, "subschemas"),
        ({"allOf": [{"pattern": f"a{n}"} for n in range(51)]}, "patterns"),
        ({"patternProperties": {f"a{n}": {} for n in range(51)}}, "patterns"),
        ({"$ref": "#/nowhere"}, "nowhere"),
        ({"type": "strng"}, "type"),
        ({"pattern": "("}, "pattern"),
        ({"pattern": "(?=look)ahead"}, "pattern"),
        ({"pattern": "(a{1000}){1000}"}, "regex|pattern"),
        ({"properties": {"enum": {"$ref": "#/$defs/d0"}}, "$defs": {**TWICE, "d40": {}}}, "subs"),
        ({"properties": []}, "properties"),
    ],
)
def test_what_is_no_schema_is_refused(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("$", r"\$")):
        Schema(schema)


def test_a_property_may_be_called_as_a_keyword_is() -> None:
    schema = Schema({"properties": {"$ref": {"type": "string"}, "enum": {"type": "integer"}}})
    assert schema.faults({"$ref": "x", "enum": 1}) == []
    assert schema.faults({"enum": "x"}) == ['enum: "x" is not of type "integer"']


def test_faults_name_their_place_and_are_few() -> None:
    schema = Schema({"items": {"$ref": "#/$defs/n"}, "$defs": {"n": {"type": "integer"}}})
    assert schema.faults([1, "x", 3, "y"], at_most=1) == ['1: "x" is not of type "integer"']


def test_a_pattern_that_would_hang_others_is_quick() -> None:
    schema = Schema({"type": "string", "pattern": "^(a+)+$"})
    begun = time.monotonic()
    assert schema.faults("a" * 60_000 + "!")
    assert time.monotonic() - begun < 1


def test_references_from_many_places_are_fine() -> None:
    point = {"type": "object", "properties": {"x": {"type": "number"}}}
    properties = {f"p{n}": {"$ref": "#/$defs/point"} for n in range(100)}
    schema = Schema({"properties": properties, "$defs": {"point": point}})
    assert schema.faults({"p7": {"x": "1"}}) == ['p7.x: "1" is not of type "number"']


def test_many_faults_are_not_all_collected() -> None:
    schema = Schema({"items": {"allOf": [{"minimum": n} for n in range(1_000)]}})
    begun = time.monotonic()
    assert len(schema.faults([-1] * 9_000)) == 1
    assert schema.faults([-1] * 20_000) == ["This is too much to be checked against its schema."]
    assert time.monotonic() - begun < 2
