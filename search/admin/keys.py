"""API keys: made with a secret that one page shows once, looked after, revoked for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.errors import LookalikeError
from search import services
from search.admin.bases import KeyAdminBase, KeyFormBase
from search.models import ApiKey, Scope

HOME = "admin:search_apikey_changelist"
CONFIRMED = "confirmed"
# The badge's colours are those of the index states.
BADGES = {"usable": "ready", "expired": "stale", "revoked": "none"}


class ApiKeyForm(KeyFormBase):
    """What may be said of a key; its secret is nobody's to choose."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "What the program may do. It can do so whatever your own permissions are."
        ),
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at", "per_minute", "per_day")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = ApiKey.objects.filter(name=name, revoked_at=None).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a key of that name. Revoke it first."))
        return name

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if "expires_at" in self.changed_data and expires_at and expires_at <= timezone.now():
            raise forms.ValidationError(_("Choose a time that is still to come."))
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(KeyAdminBase):
    form = ApiKeyForm
    list_display = ("name", "key", "state_badge", "may", "last_used_at", "expires_at")
    search_fields = ("name", "prefix")
    ordering = ("-pk",)
    actions = ("revoke",)
    readonly_fields = ("key", "created_at", "last_used_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        chosen = ApiKeyForm.Meta.fields
        return chosen if obj is None else ("key", *chosen, *self.readonly_fields[1:])

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """A key that was revoked stays as it was."""
        revoked = obj is not None and obj.revoked_at is not None
        return not revoked and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """It is revoked, and stays to be seen."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, LookalikeError):  # a second click came as quickly as the first
            messages.error(request, _("There is a key of that name. Revoke it first."))
            return redirect(HOME)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            request.secret = services.issue_key(obj)  # type: ignore[attr-defined] # for the answer

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the key: no address leads to it, and nothing keeps it."""
        secret = request.secret  # type: ignore[attr-defined] # of `save_model`
        return self._page(request, "made", title=_("Your new API key"), key=obj, secret=secret)

    @admin.action(description=gettext_lazy("Revoke the selected keys"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> HttpResponse | None:
        """Asks first: programs that use them stop working at once, for good."""
        keys = list(queryset.filter(revoked_at=None))
        if keys and CONFIRMED not in request.POST:
            return self._page(request, "revoke", title=_("Revoke API keys"), keys=keys)
        revoked = services.revoke_keys(keys)
        for key in keys:
            self.log_change(request, key, _("Revoked."))
        told = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", revoked)
        messages.success(request, told % {"count": revoked})
        return None

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "home": reverse(HOME),
            "confirmed": CONFIRMED,
        }
        return TemplateResponse(request, f"admin/search/apikey/{name}.html", {**shared, **context})

    @admin.display(description=gettext_lazy("key"), ordering="prefix")
    def key(self, key: ApiKey) -> SafeString:
        return format_html('<code lang="en">{}</code>', key.shown)

    @admin.display(description=gettext_lazy("state"))
    def state_badge(self, key: ApiKey) -> SafeString:
        state = key.state
        return format_html('<span class="badge badge-{}">{}</span>', BADGES[state], state.label)

    @admin.display(description=gettext_lazy("scopes"))
    def may(self, key: ApiKey) -> str:
        return ", ".join(str(Scope(scope).label) for scope in key.scopes)
