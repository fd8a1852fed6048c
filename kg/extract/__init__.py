"""From an article's text to facts, by rules and lexicons."""

from kg.extract.assemble import Extraction, Trace
from kg.extract.document import Document
from kg.extract.engine import extract

__all__ = ["Document", "Extraction", "Trace", "extract"]
