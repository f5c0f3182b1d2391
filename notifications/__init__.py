"""Outbox, channels, preferences: what must happen after a change, each once (D5). May import `portal.web` and below."""
