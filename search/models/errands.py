"""What staff asked for that takes longer than a page may."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.models.vectors import EmbeddingSpace


class Errand(models.Model):
    """A long piece of work on a space, how far it is, and what came of it.

    The row is the truth and the message to the worker only a bell: a lost or a doubled one does no
    harm. `space_name` stays when the space is dropped. `asked_by` is empty where the policy asked
    (`by_policy`), and where whoever asked has no account any more.
    """

    class Kind(models.TextChoices):
        TUNE = "tune", _("Learn from the catalogue")
        FILL = "fill", _("Fill")
        COMPARE = "compare", _("Compare")
        DROP = "drop", _("Drop")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    space = models.ForeignKey(EmbeddingSpace, models.SET_NULL, null=True, related_name="errands")
    space_name = models.CharField(max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    by_policy = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    outcome = models.TextField(_("outcome"), blank=True)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")

    def __str__(self) -> str:
        return f"{self.kind} {self.space_name}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
