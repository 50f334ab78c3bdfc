"""What every reader of resources needs: the bundle, the language, and a place for remarks."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.data_files import table
from index.importers.assembling import Words
from index.importers.fhir_bundle import Bundle, resource_type
from index.importers.fhir_concepts import all_codes, codes, concept
from index.importers.fhir_values import notes
from index.importers.imported import NotUnderstood, Value
from index.importers.json_nodes import Node
from index.letter import Language


@dataclass(frozen=True)
class Context:
    """Of one reading.

    Attributes:
        remarks: what readers could not understand, as they come upon it.
        taken: roots of resources that an earlier reader has read.
        referred: roots of resources that others referred to and that were read there.
    """

    bundle: Bundle
    language: Language
    remarks: list[NotUnderstood] = field(default_factory=list[NotUnderstood])
    taken: set[str] = field(default_factory=set[str])
    referred: set[str] = field(default_factory=set[str])

    @property
    def words(self) -> Words:
        return Words(self.language)

    def word(self, name: str) -> str:
        return self.words.of(name)

    def follow(self, reference: Node) -> Node | None:
        """The resource that a reference names, which counts as read there."""
        found = self.bundle.resolve(reference)
        reference.skip()
        if found:
            self.referred.add(found.root)
        return found

    def named(self, reference: Node) -> Value | None:
        """What a reference is to, in words: by its display, or by the resource's own name."""
        display, where = reference.get("display").text, reference.where
        found = self.follow(reference)
        if display or not found:
            return Value(display, where) if display else None
        for name in ("code", "medicationCodeableConcept", "type", "location"):
            if found.get(name):
                # Read in a copy of its own: to name a resource is not to read it.
                copy = Node(found.value, found.root)
                return concept(next(iter(copy.get(name).each()), copy))
        title = found.get("description", "name", "title").peek()
        return Value(title, where) if title else None

    def state(self, node: Node) -> Value | None:
        """A state of a resource that a reader has to know of."""
        status = node.get("status")
        words = table("import_words")["states"].get(status.peek())
        return Value(words[self.language], status.where) if words else None

    def remarks_of(self, node: Node) -> list[Value]:
        """The notes of a resource, and its state where that is not the usual one."""
        state = self.state(node)
        return [*notes(node.get("note")), *([state] if state else [])]

    def is_of(self, node: Node, kind: str, table_name: str = "procedures") -> bool:
        """Whether a resource is of a kind by its codes, its category, its profile or extensions."""
        signs = codes()[table_name][kind]
        found = (*all_codes(node.get("code")), *all_codes(node.get("category")))
        if any(code in signs["codes"] for code in found):
            return True
        if any(code.startswith(tuple(signs["ops"])) for code in found):
            return True
        return has_address(node, signs["urls"])


def has_address(node: Node, parts: list[str]) -> bool:
    """Whether the address of a profile or an extension of the resource has one of the parts."""
    profiles = [each.peek() for each in node.get("meta").get("profile").each()]
    urls = [each.get("url").peek() for each in node.get("extension").each()]
    return any(part in address for part in parts for address in (*profiles, *urls))


__all__ = ["Context", "has_address", "resource_type"]
