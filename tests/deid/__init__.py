"""Measures de-identification against letters in which identifiers are marked.

python -m tests.deid.measure FILE.jsonl [--show misses] [--fold 1/4 | --but-fold 1/4]
"""
