"""Reads of the section, a noun a file: what lists and details show, each with a fixed number of queries."""
