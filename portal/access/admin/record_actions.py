"""What staff do with a record beside editing it: each action has a page that says what it does, asks, and does it by POST."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from portal.kit.errors import DomainError

UNPROCESSABLE = 422


class ActionForm(forms.Form):
    """A form about one record; without fields the action asks for nothing but a yes."""

    def __init__(self, data=None, *, record):
        self.record = record
        super().__init__(data)


@dataclass(frozen=True, slots=True)
class Action:
    """A verb with its page: what it is called, what it does, its form, when it is offered.

    `perform(record, data, user)` makes one domain call and returns the record to go to; `consequences(record)` are sentences about this
    very record.
    """

    key: str
    label: Any
    explanation: Any
    is_offered: Callable[[Any], bool]
    perform: Callable[[Any, dict, Any], Any]
    done: Any
    form: type[ActionForm] = ActionForm
    consequences: Callable[[Any], list[str]] = lambda record: []
    is_grave: bool = False


class RecordActions:
    """Gives a model's admin the pages of its `record_actions`, offered above a record where its state allows them."""

    record_actions: tuple[Action, ...] = ()
    opts: Any
    admin_site: Any

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path(f"<path:object_id>/{each.key}/", view(self.page_of(each)), name=self.name_of(each))
            for each in self.record_actions
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def name_of(self, action: Action) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{action.key}"

    def tools(self, obj) -> list[dict]:
        """The links above the record."""
        return [
            {"label": each.label, "url": reverse(f"admin:{self.name_of(each)}", args=[obj.pk])}
            for each in self.record_actions
            if each.is_offered(obj)
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["tools"] = self.tools(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def page_of(self, action: Action):
        """The view of one action: GET asks, POST does it."""

        def view(request, object_id):
            record = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
            if record is None or not self.has_view_permission(request, record):  # type: ignore[attr-defined]
                raise Http404
            form = action.form(request.POST if request.method == "POST" else None, record=record)
            if form.is_valid():
                try:
                    made = action.perform(record, form.cleaned_data, request.user)
                except DomainError as error:
                    form.add_error(error.field if error.field in form.fields else None, error.message)
                else:
                    sentence = action.done % {"name": record, "made": made}
                    self.message_user(request, sentence, messages.SUCCESS)  # type: ignore[attr-defined]
                    return redirect(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", made.pk)
            return self.action_page(request, action, record, form)

        return view

    def action_page(self, request, action: Action, record, form):
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(action)s: %(name)s") % {"action": action.label, "name": record},
            "opts": self.opts,
            "object": record,
            "action": action,
            "is_offered": action.is_offered(record),
            "consequences": action.consequences(record) if action.is_offered(record) else [],
            "form": form,
        }
        status = UNPROCESSABLE if form.errors else 200
        return TemplateResponse(request, "admin/access/action.html", context, status=status)
