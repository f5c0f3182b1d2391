"""Verbs: publish, deliver, sweep, retry, switch off."""
