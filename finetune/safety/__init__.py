"""Is an adapter safe to serve: does it tell of those it was trained on, does it treat patients
alike, and what does it do with cases that are not usual?

adapter + card -> subject -> memorisation, bias, edge cases -> figures -> verdicts -> report

Everything is asked of a served model through the assistant's own prompt.
"""
