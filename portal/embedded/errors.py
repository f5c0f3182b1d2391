"""What can go wrong in a way that the person at the keyboard can mend."""


class EmbeddedError(Exception):
    """A start that cannot go on; its text says why and what to do."""
