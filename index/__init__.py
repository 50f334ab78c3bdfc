"""From a folder of past letters to a searchable index that holds no person's identity.

    archive -> Letter -> DeidentifiedLetter -> Passage -> embedded -> new collection -> switch

This package knows letters, cases and the vector store, nothing of prompts, models or pages.
"""
