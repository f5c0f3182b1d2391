"""The state of a record: exposed or not, final or not, gone or not."""

from dataclasses import dataclass

from portal.demo.matrix.canaries import For


@dataclass(frozen=True)
class State:
    """Exposed or not, final or not, gone or not."""

    is_exposed: bool = True
    is_final: bool = True
    is_archived: bool = False

    @property
    def audience(self) -> For:
        """Whom the texts of a record with states of its own are for."""
        return For.SECTION if self.is_exposed and self.is_final else For.STAFF

    def __str__(self):
        kind = "exposed" if self.is_exposed else "hidden"
        return kind + ("" if self.is_final else ", not final") + (", archived" if self.is_archived else "")
