from __future__ import annotations

import hashlib

import pytest

from assistant.prompt import VERSION, Kind, Part, build_messages
from index.case import Case
from index.letter import Language

AS_TRAINED = {
    ("en", Kind.LETTER): "4dc437387fe4f290",
    ("en", Kind.SUMMARY): "4bc9269fac63092b",
    ("de", Kind.LETTER): "4118e0832f644d19",
    ("de", Kind.SUMMARY): "f93d266ac0534ddd",
}
"""Of the prompts that the demo's adapters were trained on: a change of a text is a new version."""


@pytest.mark.parametrize(("language", "kind"), AS_TRAINED)
def test_the_prompts_of_this_version_stay_byte_for_byte(language: Language, kind: Kind) -> None:
    assert VERSION == "v1"
    messages = build_messages(Case("X", language), kind)
    told = "\0".join(message["content"] for message in messages)
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == AS_TRAINED[language, kind]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_part_is_asked_for_by_a_request_of_its_own(language: Language) -> None:
    whole = build_messages(Case("X", language), Kind.LETTER)
    requests = {
        build_messages(Case("X", language), Kind.LETTER, part=p)[1]["content"] for p in Part
    }
    assert len(requests) == len(Part)
    assert whole[1]["content"] not in requests
    begin = "<case>\nX\n</case>\n\n"
    assert all(request.startswith(begin) for request in requests)
