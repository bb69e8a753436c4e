"""Django's admin with the shop's own site in place of the default one."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class ShopAdminConfig(AdminConfig):
    default_site = "config.admin_site.ShopAdminSite"
