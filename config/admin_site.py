"""The staff's site: the shop's name on it, and its own rooms before the machinery."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

FIRST = ("catalog", "search")


class LogInForm(AdminAuthenticationForm):
    """Django's, which hands a name of any length on: the record of failed log-ins can't hold it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = get_user_model()._meta.get_field("username").max_length
        self.fields["username"].validators.append(MaxLengthValidator(longest))


class ShopAdminSite(AdminSite):
    login_form = LogInForm
    site_header = site_title = settings.SHOP_NAME
    index_title = _("Catalogue and search")
    site_url = None  # the header has a link of its own, in the shop's words

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The catalogue and the search first, the rest by name."""
        apps: list[Any] = super().get_app_list(request, app_label)
        last = len(FIRST)
        places = {label: place for place, label in enumerate(FIRST)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], last))
