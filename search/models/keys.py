"""Keys by which programs use the API."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.crypto import KeyGenerator

from search import key_format

generator = KeyGenerator(key_format.PREFIX_LENGTH, key_format.SECRET_LENGTH)


class Scope(models.TextChoices):
    """What a key may do; `admin` holds all the others."""

    SEARCH = "search", _("Search")
    READ = "read", _("Read the catalogue")
    WRITE = "write", _("Write the catalogue")
    ADMIN = "admin", _("Everything")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> ApiKeyQuerySet:
        """Neither revoked nor expired."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None)

    def named_by(self, text: str) -> ApiKey | None:
        """The key that `text` is, secret and all, be it revoked or expired; None for any other."""
        parts = key_format.read(text)
        if parts is None:
            return None
        # Asked by every request with a key: building the statement takes longer than running it.
        table = self.model._meta.db_table
        found = self.raw(f"SELECT * FROM {table} WHERE prefix = %s", [parts.prefix])  # noqa: S608 - a table's name
        key = next(iter(found), None)
        return key if key and generator.verify(parts.secret, key.hashed_secret) else None


class ApiKey(models.Model):
    """A program's right to use the API: what it may do, how often and how long.

    The secret was shown once, when the key was made; what is stored is its hash. A limit that is
    null is the one of the settings.
    """

    class State(models.TextChoices):
        USABLE = "usable", _("Usable")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    name = models.CharField(
        _("name"), max_length=100, help_text=_("Who uses it, and for what. Unique among keys.")
    )
    prefix = models.CharField(
        _("key"), max_length=key_format.PREFIX_LENGTH, unique=True, editable=False
    )
    hashed_secret = models.CharField(max_length=150, editable=False)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope), verbose_name=_("scopes"))
    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as `API_KEY_PER_MINUTE` says."),
    )
    per_day = models.PositiveIntegerField(
        _("requests a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From midnight to midnight, UTC. Empty: as `API_KEY_PER_DAY` says."),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(revoked_at=None),
                name="search_apikey_name",
                violation_error_message=_("There is a key of that name. Revoke it first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown})"

    @property
    def shown(self) -> str:
        """The key as everybody may see it."""
        return key_format.shown(self.prefix)

    @property
    def state(self) -> State:
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.USABLE

    def holds(self, scope: str) -> bool:
        """Whether it may do what the scope stands for."""
        return scope in self.scopes or Scope.ADMIN in self.scopes
