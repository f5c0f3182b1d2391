"""Comment on a record (FS-4). Each kind of record has a path of its own, which declares its section and object."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access.clauses import access_of
from portal.access.models import ExposedModel
from portal.timeline.domain.comments import add_comment
from portal.timeline.enums import Audience
from portal.timeline.forms import CommentForm
from portal.timeline.presenting import new_request_key
from portal.timeline.queries import file_seen_by, records_of
from portal.timeline.registry import timeline_of
from portal.timeline.serving import file_response
from portal.web.declarations import Rule
from portal.web.views.base import ActionView, SectionView


class CommentView(ActionView):
    """The form alone, for a page without room for it and for one that comes back with errors."""

    form_class = CommentForm
    template_name = "timeline/comment.html"

    def get_form(self, obj, data=None):
        if data is None:
            return CommentForm(initial={"request_key": new_request_key()})
        return CommentForm(data, self.request.FILES)

    def perform(self, obj, data):
        add_comment(
            obj,
            data["text"],
            by=self.request.user,
            contact=self.viewer.contact,
            audience=Audience.CUSTOMER,
            files=data["files"],
            request_key=data["request_key"],
        )

    def page_of(self, obj) -> str:
        return reverse(access_of(type(obj)).page, args=[obj.pk])

    def get_success_url(self, obj):
        return f"{self.page_of(obj)}#timeline"

    def get_context(self, obj):
        return {"crumbs": [{"label": str(obj), "url": self.page_of(obj)}, {"label": _("Comment")}]}


def comment_view(model: type[ExposedModel]):
    """The view that comments on records of this kind, for `urls.py`."""
    attributes = {
        "section": access_of(model).section,
        "object_type": model._meta.label,
        "query": staticmethod(records_of(model)),
        "policy": staticmethod(lambda viewer, obj: timeline_of(model).policy(viewer, obj)),
        "__module__": __name__,
    }
    return type(f"Comment{model.__name__}", (CommentView,), attributes).as_view()


class FileView(SectionView):
    """`/files/ID/`: a customer's file of a record that the viewer sees now; 404 for every other.

    The file's record decides about the section, so whoever has a web role for any comes in.
    """

    section = None
    object_type = "timeline.Attachment"
    access_rule = Rule.VISIBLE

    def dispatch(self, request, *args, **kwargs):
        if not self.viewer or not self.viewer.grants:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        file = file_seen_by(self.viewer, pk)
        if file is None:
            raise Http404
        return file_response(request, file)
