"""A "may I?" that answers with its reason; one function greys the button and guards the command."""

from dataclasses import dataclass

from portal.kit.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`allowed`, and when not, `reason`: a sentence for people."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise NotAllowed with the reason unless allowed."""
        if not self.allowed:
            raise NotAllowed(self.reason)


ALLOWED = Verdict(allowed=True)


def denied(reason) -> Verdict:
    """A refusal with the sentence that the person reads."""
    return Verdict(allowed=False, reason=reason)
