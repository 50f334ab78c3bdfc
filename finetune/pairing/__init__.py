"""Training pairs from an archive of letters.

file -> read, de-identified -> body -> case: beside it, or derived from the letter
                                   └-> supported? -> groups, splits -> tasks -> jsonl, manifest
"""
