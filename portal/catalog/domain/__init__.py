"""Verbs over products and prices."""
