"""GitHub's answers, built from records: one full builder for each shape, as GitHub's published models have them.

Values in, JSON out; nothing is changed here.
"""
