"""Answers of any acceptable or unacceptable request keep to what OpenAPI says."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.long  # Minutes of browser or campaign: `make test-long`.

CHECKS = [
    not_a_server_error, content_type_conformance, response_schema_conformance,
    status_code_conformance,
]  # fmt: skip


@pytest.fixture(scope="session")
def schema(service):
    return schemathesis.openapi.from_asgi("/openapi.json", service)


def every_address_keeps_its_word(schema, examples: int) -> int:
    """Ask every address with drawn parameters, good and bad; returns how many were asked."""
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @settings(
                max_examples=examples, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def keeps(case) -> None:
                case.call_and_validate(checks=CHECKS)

            try:
                keeps()
            except Unsatisfiable:  # an address without parameters has no bad ones
                continue
            asked += 1
    return asked


def test_no_request_gets_what_is_not_declared(schema) -> None:
    assert every_address_keeps_its_word(schema, 2) >= 12


@pytest.mark.long
def test_no_request_of_many_gets_what_is_not_declared(schema) -> None:
    assert every_address_keeps_its_word(schema, 300) >= 12
