"""One open document: its package, structure and resources, and the pages drawn from them."""

from collections.abc import Mapping

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import Element
from monitor.reading.ofd.fonts import characters_by_glyph
from monitor.reading.ofd.package import Package
from monitor.reading.ofd.resources import load_resources
from monitor.reading.ofd.structure import Structure

_LARGEST_FONT = 32 * 2**20
_KEPT_TEMPLATES = 4


class Source:
    """What the objects of a page refer to; fonts are looked into once."""

    def __init__(self, package: Package, structure: Structure) -> None:
        self.package = package
        self.structure = structure
        self.resources = load_resources(package, structure.resources)
        self._maps: dict[str, Mapping[int, tuple[str, ...]]] = {}
        self._templates: dict[str, Element] = {}

    def glyph_map(self, font: str) -> Mapping[int, tuple[str, ...]]:
        """Return the characters of each glyph of a font, as far as its own file tells."""
        member = self.resources.fonts.get(font)
        if member is None:
            return {}
        if member not in self._maps:
            try:
                data = self.package.read(member, _LARGEST_FONT)
                self._maps[member] = characters_by_glyph(data)
            except UnreadableError:
                self._maps[member] = {}
        return self._maps[member]

    def template(self, member: str) -> Element:
        """Return a template page parsed; the last few are kept, since most pages share one.

        Raises:
            UnreadableError: if it cannot be read.
        """
        if member not in self._templates:
            while len(self._templates) >= _KEPT_TEMPLATES:
                del self._templates[next(iter(self._templates))]
            self._templates[member] = self.package.xml(member)
        return self._templates[member]
