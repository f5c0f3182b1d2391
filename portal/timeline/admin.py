"""Staff read and write timelines: a page “Comments and files” at each record, and the list of what was written (FS-4)."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.errors import DomainError
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin
from portal.timeline.domain.comments import add_comment
from portal.timeline.domain.files import remove_attachment
from portal.timeline.forms import StaffCommentForm
from portal.timeline.models import Entry
from portal.timeline.presenting import Reader, entry_line, new_request_key, read_panel
from portal.timeline.queries import file_of_record
from portal.timeline.registry import timeline_named
from portal.timeline.serving import file_response

UNPROCESSABLE = 422


class TimelineMixin:
    """Gives the admin of a record with a timeline its page of comments and files."""

    opts: Any
    admin_site: Any

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("<path:object_id>/timeline/", view(self.timeline_view), name=f"{name}_timeline"),
            path("<path:object_id>/files/<uuid:file_id>/", view(self.file_view), name=f"{name}_file"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def timeline_address(self, page: str, *args) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["timeline_url"] = self.timeline_address("timeline", obj.pk)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def record_or_404(self, request, object_id):
        obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if obj is None or not self.has_view_permission(request, obj):  # type: ignore[attr-defined]
            raise Http404
        return obj

    def timeline_view(self, request, object_id):
        """All entries and files of the record; a form for a comment. Only POST changes anything."""
        obj = self.record_or_404(request, object_id)
        form = StaffCommentForm(initial={"request_key": new_request_key()})
        if request.method == "POST" and "remove" in request.POST:
            self.remove(request, obj)
            return redirect(request.path)
        if request.method == "POST":
            form = StaffCommentForm(request.POST, request.FILES)
            if self.comment(request, obj, form):
                return redirect(request.path)
        reader = Reader(
            zone=request.tenant.time_zone,
            is_staff=True,
            file_url=lambda pk: self.timeline_address("file", obj.pk, pk),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comments and files of %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "panel": read_panel(obj, request.GET, reader),
            "form": form,
            "removing": file_of_record(obj, request.GET["remove"]) if "remove" in request.GET else None,
        }
        status = UNPROCESSABLE if form.is_bound else 200
        return TemplateResponse(request, "admin/timeline/timeline.html", context, status=status)

    def comment(self, request, obj, form: StaffCommentForm) -> bool:
        """One domain call; a refusal becomes an error of the form."""
        if not form.is_valid():
            return False
        words = form.cleaned_data
        try:
            add_comment(
                obj,
                words["text"],
                by=request.user,
                audience=words["audience"],
                files=words["files"],
                request_key=words["request_key"],
            )
        except DomainError as error:
            form.add_error(error.field, error.message)
            return False
        messages.success(request, _("Your comment was added."))
        return True

    def remove(self, request, obj) -> None:
        file = file_of_record(obj, request.POST["remove"])
        if file is None:
            raise Http404
        remove_attachment(file, obj, by=request.user)
        messages.success(request, _("“%(name)s” was removed.") % {"name": file.name})

    def file_view(self, request, object_id, file_id):
        """A file of the record, also one for staff only."""
        file = file_of_record(self.record_or_404(request, object_id), file_id)
        if file is None:
            raise Http404
        return file_response(request, file)


@admin.register(Entry, site=portal_admin)
class EntryAdmin(ReadOnlyAdmin):
    """What was written anywhere, the newest first; answered on the page of the record."""

    position = 10
    list_display = ("created_at", "words", "who", "audience", "record_kind", "answer")
    list_filter = ("kind", "audience")
    list_select_related = ("contact", "author")
    ordering = ("-created_at", "-pk")
    search_fields = ("text", "contact__full_name")
    fields = ("created_at", "kind", "audience", "text", "code", "payload", "contact", "author")

    @admin.display(description=gettext_lazy("text"))
    def words(self, entry):
        return self.line(entry).text or self.line(entry).title

    @admin.display(description=gettext_lazy("by"))
    def who(self, entry):
        return self.line(entry).who

    def line(self, entry: Entry):
        entry.files = []  # type: ignore[attr-defined]  the list shows none
        return entry_line(entry, Reader(zone="UTC", is_staff=True))

    @admin.display(description=gettext_lazy("kind of record"))
    def record_kind(self, entry):
        timeline = timeline_named(entry.object_type)
        return timeline.model._meta.verbose_name if timeline else entry.object_type

    @admin.display(description=gettext_lazy("record"))
    def answer(self, entry):
        name = f"admin:{entry.object_type.replace('.', '_')}_timeline"
        try:
            address = reverse(name, args=[entry.object_id])
        except NoReverseMatch:
            return ""
        return format_html('<a href="{}">{}</a>', address, _("Read and answer"))
