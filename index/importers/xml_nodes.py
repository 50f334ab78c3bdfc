"""XML with the path and line of every element, remembering what was read of it.

The only importer of lxml among the importers. Entities are never resolved, nothing is fetched, and
a document may not define any: a record has no use for them, and they can fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from index.errors import CaseError

_DEEPEST = 60


class Element(Protocol):
    """What is used of an element of lxml, which has no types of its own."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    @property
    def sourceline(self) -> int | None: ...
    def get(self, key: str, default: str, /) -> str: ...
    def items(self) -> list[tuple[str, str]]: ...
    def getparent(self) -> Element | None: ...
    def iter(self, tag: str, /) -> Iterator[Element]: ...
    def __iter__(self) -> Iterator[Element]: ...


@dataclass(frozen=True)
class XmlNode:
    """An element, or nothing.

    Attributes:
        element: None where there is none.
        where: the path of names from the root, with the line, e.g. `.../ST/Intention (line 12)`.
    """

    element: Element | None
    _read: set[Element] = field(default_factory=set["Element"], repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.element is not None

    @property
    def name(self) -> str:
        """The local name: what stands before it belongs to the version of the standard."""
        return _local(self.element) if self.element is not None else ""

    @property
    def where(self) -> str:
        if self.element is None:
            return ""
        names: list[str] = []
        element: Element | None = self.element
        while element is not None and len(names) < _DEEPEST:
            names.append(_local(element))
            element = element.getparent()
        return f"{'/'.join(reversed(names))} (line {self.element.sourceline})"

    @property
    def text(self) -> str:
        """The element's own text in single spaces; it counts as read."""
        if self.element is None:
            return ""
        self._read.add(self.element)
        return " ".join((self.element.text or "").split())

    @property
    def lines(self) -> str:
        """As `text`, with its line ends kept."""
        if self.element is None:
            return ""
        self._read.add(self.element)
        return (self.element.text or "").strip()

    def attribute(self, name: str) -> str:
        return str(self.element.get(name, "")).strip() if self.element is not None else ""

    @property
    def attributes(self) -> str:
        """All attributes as they are written in a tag, e.g. ` Patient_ID="1"`."""
        pairs = self.element.items() if self.element is not None else []
        return "".join(f' {name.rpartition("}")[2]}="{value}"' for name, value in pairs)

    def child(self, *names: str) -> XmlNode:
        """The first child of one of the names; an empty node where there is none."""
        return next(self.children(*names), XmlNode(None, self._read))

    def children(self, *names: str) -> Iterator[XmlNode]:
        """The children of one of the names, or all where none is given."""
        if self.element is None:
            return
        for each in self.element:
            if isinstance(each.tag, str) and (not names or _local(each) in names):
                yield XmlNode(each, self._read)

    def of_set(self, whole: str, *names: str) -> Iterator[XmlNode]:
        """The members of a set element, e.g. of `Menge_OP`, or the same without the set."""
        for group in self.children(whole):
            yield from group.children(*names)
        yield from self.children(*names)

    def skip(self) -> None:
        """All below counts as read."""
        if self.element is not None:
            self._read.update(self.element.iter("*"))

    def is_read(self) -> bool:
        return self.element in self._read

    def leaves(self) -> Iterator[XmlNode]:
        """The elements below, or this one, that have text of their own."""
        if self.element is None:
            return
        for each in self.element.iter("*"):
            if (each.text or "").strip():
                yield XmlNode(each, self._read)


def parse_xml(data: bytes) -> XmlNode:
    """The root of an XML document.

    Raises:
        CaseError: it is no XML, defines entities, or is nested too deep.
    """
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    head = data[:4096].replace(b"\0", b"")  # the zeros of UTF-16
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise CaseError(
            "The XML defines a document type or entities, which no record needs.",
            "Export it again without them.",
        )
    parser = XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = fromstring(data, parser)
    except XMLSyntaxError as error:
        raise CaseError(
            f"The file is broken XML in line {error.lineno or 1}.", "Export it again."
        ) from None
    except (ValueError, LookupError):
        raise CaseError(
            "The XML is in an encoding that is not known.", "Save it as UTF-8."
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise CaseError(
            "The XML defines a document type or entities, which no record needs.",
            "Export it again without them.",
        )
    return XmlNode(root)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def namespace(node: XmlNode) -> str:
    """The namespace of an element, without its braces; empty where it has none."""
    tag = str(node.element.tag) if node.element is not None else ""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
