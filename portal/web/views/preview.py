"""The way out of a preview (TEN-6)."""

from django.http import HttpResponseRedirect
from django.views.decorators.http import require_POST

from portal.access.domain.previews import PreviewEnd
from portal.access.preview import end
from portal.web.declarations import Rule, declare


@declare(Rule.SIGNED_IN, methods=("POST",))
@require_POST
def stop_preview(request):
    """End it, and go back to where it began."""
    if not request.preview:
        return HttpResponseRedirect("/")
    back = request.preview.back
    end(request, request.preview, PreviewEnd.STOPPED)
    return HttpResponseRedirect(back)
