"""Measures the fact ledger: true letters made wrong in exactly one place, and true rewordings.

python -m tests.ledger.measure --seed 1 --per-kind 30 [--show negation]
"""
