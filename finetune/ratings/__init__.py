"""Blind ratings of drafts by physicians: given on a page, told in a table like the paper's.

answers of models -> a round -> each rater's own order -> ratings -> means, differences, agreement
"""
