"""The Spaces page: which way of seeing the pictures is searched, what is made ready beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.errors import LookalikeError
from catalog.models import ProductImage
from search.admin.bases import ReadOnly, SpaceAdminBase
from search.admin.spaces_actions import ACTIONS, CHANGE, Action, offered
from search.admin.spaces_comparing import side_by_side
from search.admin.spaces_forms import CreateSpaceForm, PinForm
from search.admin.spaces_overview import overview, recent_errands
from search.admin.spaces_switching import hindrances
from search.errors import NotEnough
from search.models import EmbeddingSpace, GoldenQuery
from search.services.comparing import Comparison, remembered
from search.services.golden import pin, pin_product
from search.services.tuning import advice
from search.services.tuning.outcome import last_tuning, tuning_report

HOME = "admin:search_embeddingspace_changelist"


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(ReadOnly, SpaceAdminBase):
    fields = ("name", "dim", "state", "base", "created_at", "readable_card")
    readonly_fields = fields
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("create/", self.create_view, "create"),
            ("pin/", self.pin_view, "pin"),
            ("<int:space_id>/comparison/", self.comparison_view, "comparison"),
            ("<int:space_id>/lesson/", self.lesson_view, "lesson"),
            ("<int:space_id>/<slug:action>/confirm/", self.action_view, "action"),
        ]
        wrap = self.admin_site.admin_view
        own = [path(where, wrap(view), name=f"search_space_{name}") for where, view, name in ways]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every space with what can be done to it; there are few, so nothing is paged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = [(row, offered(row, request.user)) for row in overview()]
        asked = list(recent_errands())
        return self._page(
            request,
            "spaces",
            title=_("Spaces"),
            rows=rows,
            errands=asked,
            busy=any(each.is_open for each in asked),
            lesson=_last_lesson(),
            golden_count=GoldenQuery.objects.count(),
            pin_form=PinForm(),
            may_change=self._may_change(request),
            now=timezone.now(),
        )

    def action_view(self, request: HttpRequest, space_id: int, action: str) -> HttpResponse:
        """Asks whether it is really meant, and does it when that is posted."""
        self._check(request)
        space, chosen = self._space(space_id), ACTIONS.get(action)
        if chosen is None:
            raise Http404
        if not chosen.allowed(request.user):
            raise PermissionDenied
        if request.method == "POST":
            return self._do(request, space, chosen)
        return self._page(
            request,
            "space_confirm",
            title=_("%(action)s: %(space)s") % {"action": chosen.label, "space": space.name},
            space=space,
            action=chosen,
            **(_before_switching(space) if chosen.name == "switch" else {}),
        )

    def create_view(self, request: HttpRequest) -> HttpResponse:
        """A new space of one of the cards, filled from then on."""
        self._check(request)
        form = CreateSpaceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                space = form.create()
            except LookalikeError as error:
                form.add_error(None, error.message)
            else:
                self.log_change(request, space, _("Created."))
                return self._do(request, space, ACTIONS["fill"])
        return self._page(request, "space_create", title=_("Make a space"), form=form)

    def comparison_view(self, request: HttpRequest, space_id: int) -> HttpResponse:
        """What would change, with the pictures."""
        space = self._space(space_id)
        if not self.has_view_permission(request, space):
            raise PermissionDenied
        comparison = remembered(space)
        if comparison is None:
            raise Http404
        return self._page(
            request,
            "space_comparison",
            title=_("%(before)s and %(after)s")
            % {"before": comparison.before, "after": comparison.after},
            space=space,
            **_compared(comparison),
            questions=side_by_side(comparison),
            histogram=list(enumerate(comparison.histogram))[::-1],
        )

    def lesson_view(self, request: HttpRequest, space_id: int) -> HttpResponse:
        """What was learned from the catalogue: of a tuned space, or of the last try of a base."""
        space = self._space(space_id)
        if not self.has_view_permission(request, space):
            raise PermissionDenied
        last = last_tuning(space)
        report = tuning_report(space) or (last.report if last else None)
        if report is None:
            raise Http404
        return self._page(
            request,
            "space_lesson",
            title=_("What your catalogue taught"),
            space=space,
            report=report,
            sentences=advice.sentences(report),
            probes=advice.probes(report),
            weights=advice.weights(report),
        )

    def pin_view(self, request: HttpRequest) -> HttpResponse:
        """Makes a picture a golden query: by its id from a comparison, or by a product's SKU. Who
        may say what it should find goes on to that."""
        if not request.user.has_perm("search.add_goldenquery"):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(HOME)
        try:
            golden, new = _pinned(request)
        except LookalikeError as error:
            messages.error(request, error.message)
            return redirect(HOME)
        if new:
            log_pin(request, golden)
        messages.success(request, _("It is among the questions of every comparison from now on."))
        if not request.user.has_perm("search.change_goldenquery"):
            return redirect(HOME)
        return redirect("admin:search_goldenquery_change", golden.pk)

    def _do(self, request: HttpRequest, space: EmbeddingSpace, action: Action) -> HttpResponse:
        try:
            told = action.do(request, space)
        except LookalikeError as error:
            messages.error(request, error.message)
        else:
            self.log_change(request, space, str(action.label))
            messages.success(request, told)
        return redirect(HOME)

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/search/spaces/{name}.html", {**shared, **context})

    def _space(self, space_id: int) -> EmbeddingSpace:
        space = EmbeddingSpace.objects.select_related("base").filter(pk=space_id).first()
        if space is None:
            raise Http404
        return space

    def _may_change(self, request: HttpRequest) -> bool:
        """Rows are never edited by hand; their life is in the hands of who may change spaces."""
        return request.user.has_perm(CHANGE)

    def _check(self, request: HttpRequest) -> None:
        if not self._may_change(request):
            raise PermissionDenied

    @admin.display(description=gettext_lazy("card"))
    def readable_card(self, space: EmbeddingSpace) -> SafeString:
        return format_html('<pre class="card">{}</pre>', json.dumps(space.card, indent=2))


def _compared(comparison: Comparison | None) -> dict[str, Any]:
    """A comparison for a template, with its shares in per cent."""
    if comparison is None:
        return {}
    return {
        "comparison": comparison,
        "percent": round(100 * comparison.overlap),
        "changed": round(100 * comparison.first_changed),
    }


def _before_switching(space: EmbeddingSpace) -> dict[str, Any]:
    """What is known of the space beside the one that is searched now; a comparison with another one
    that was searched earlier says nothing about this switch."""
    comparison, active = remembered(space), EmbeddingSpace.objects.active().first()
    fits = comparison is not None and active is not None and comparison.before == active.name
    return {**hindrances(space, active), **_compared(comparison if fits else None)}


def log_pin(request: HttpRequest, golden: GoldenQuery) -> None:
    """In the history of the golden query, as its own admin would write it."""
    LogEntry.objects.log_actions(
        user_id=cast("int", request.user.pk),
        queryset=[golden],
        action_flag=ADDITION,
        change_message=[{"added": {}}],
        single_object=True,
    )


def _pinned(request: HttpRequest) -> tuple[GoldenQuery, bool]:
    form = PinForm(request.POST)
    form.is_valid()
    if "image" not in request.POST:
        return pin_product(form.cleaned_data.get("sku", ""))
    number = form.cleaned_data.get("image") or 0
    image = ProductImage.objects.filter(pk=number).first()
    if image is None:
        raise NotEnough(_("That picture is gone. Compare again to ask with those that there are."))
    return pin(image=image)


def _last_lesson() -> EmbeddingSpace | None:
    """The base that was learned from last, so that a refusal can be read too."""
    active = EmbeddingSpace.objects.active().select_related("base").first()
    return active.root if active and last_tuning(active.root) else None
