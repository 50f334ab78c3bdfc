"""Settings of retrieval. How a value is found, and in which order, is told in `index.settings`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from index.letter import DocumentType
from index.settings import SettingsTable


class RetrievalSettings(SettingsTable):
    """Which past letters serve as examples, and how many."""

    model_config = SettingsConfigDict(env_prefix="EPIKRISE_RETRIEVAL_")
    table: ClassVar[str] = "retrieval"

    exemplars: int = Field(default=2, ge=0, le=10)
    """Letters in the prompt at most."""
    document_types: tuple[DocumentType, ...] = ("letter", "discharge letter")
    """Kinds of documents that may show how a letter is written; with none all may. The others that
    an archive may hold: "referral", "report", "tumour board"."""
    threshold: float = Field(default=0.6, ge=-1, le=2)
    """What a letter's similarity to the case must reach, the bonus for its tumour group included.
    It belongs to the embedding model; the default was found with all-MiniLM-L6-v2."""
    max_characters: int = Field(default=8000, ge=0)
    """Characters of all exemplars together."""
    near_duplicate: float = Field(default=0.8, gt=0, le=1)
    """Share of their word triples from which on two letters count as one."""
    tumour_group_bonus: float = Field(default=0.15, ge=0, le=1)
    """Added to the similarity (cosine) of a letter on the same tumour group."""
    author_bonus: float = Field(default=0.1, ge=0, le=1)
    """Added to the rank of a letter by the same physician, and of one by the same department."""
    word_bonus: float = Field(default=0.4, ge=0, le=2)
    """Added to the rank of the letter that has most of the case's telling words (drugs, sites), and
    in part to others; 0 ranks by similarity and the other bonuses alone."""
    timeout_s: float = Field(default=5.0, gt=0)
    """Seconds that the vector store has for an answer; then the draft goes on without exemplars."""
