"""The portal's search over everything that the viewer's web roles open (TEN-5, FS-7)."""

from portal.web.declarations import Rule
from portal.web.listing import SEARCH_LIMIT, clean_words, links_to
from portal.web.registry import SearchSource, searches
from portal.web.views.base import SectionView

# Of one or two letters nearly everything has some.
SHORTEST = 2


class SearchView(SectionView):
    """`/search/?q=…`: a few records of each kind, one query a kind; the lists search further."""

    section = None
    object_type = ""
    access_rule = Rule.CONTACT
    template_name = "web/search.html"

    def get(self, request):
        text = clean_words(request.GET.get("q", ""))
        groups = [self.group(source, text) for source in searches(self.viewer)] if len(text) >= SHORTEST else []
        found = [each for each in groups if each["rows"]]
        return self.render(text=text, limit=SEARCH_LIMIT, is_short=0 < len(text) < SHORTEST, groups=found)

    def group(self, source: SearchSource, text: str) -> dict:
        """What one source found."""
        link = links_to(source.url_name)
        rows = [
            {"url": link(each.pk), "name": str(each), "note": source.note(each) if source.note else ""}
            for each in source.find(self.viewer, text)
        ]
        return {"label": source.label, "rows": rows}
