"""What the standard's own library says of a resource. The only module that imports it.

Source: fhir.resources, models of HL7 FHIR R4B 4.3.0, whose resources of a case are those of R4.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

_PROBLEMS_SHOWN = 3


def problems(resource_type: str, resource: Any) -> str:
    """Where a resource breaks the standard, in one line; empty where it holds to it.

    Names elements, and repeats nothing of what stands in them.
    """
    from fhir.resources.R4B import get_fhir_model_class  # a quarter of a second

    try:
        model = get_fhir_model_class(resource_type)
    except LookupError:
        return "there is no such kind of resource"
    try:
        model.model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        places = [".".join(map(str, each["loc"])) or "the resource" for each in found]
        more = len(places) - _PROBLEMS_SHOWN
        shown = ", ".join(_printable(place) for place in dict.fromkeys(places[:_PROBLEMS_SHOWN]))
        return shown + (f" and {more} more" if more > 0 else "")
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError):
        # Its own checks stumble over values of types that they do not expect.
        return "the resource"
    return ""


def _printable(place: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in place)[:80]
