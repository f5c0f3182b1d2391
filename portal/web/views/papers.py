"""A record as a paper: on a page of its own to print, and as a file (FS-5, PSA-2 to PSA-4)."""

from portal.kit.pdf import Paper
from portal.web.papers import pdf_response
from portal.web.views.base import PolicyView


class PaperView(PolicyView):
    """A page of a record for those who may have its paper."""

    def get(self, request, *args, **kwargs):
        obj = self.allowed_object()
        return self.render(object=obj, **self.get_context(obj))

    def get_context(self, obj) -> dict:
        """What else the template needs."""
        return {}


class PdfView(PolicyView):
    """The paper as a file, called by the record's number."""

    def get(self, request, *args, **kwargs):
        obj = self.allowed_object()
        return pdf_response(self.paper(obj), self.number(obj))

    def paper(self, obj) -> Paper:
        """The paper, with all that it shows."""
        raise NotImplementedError

    def number(self, obj) -> str:
        """What the file is called."""
        return obj.number
