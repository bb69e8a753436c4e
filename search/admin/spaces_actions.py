"""What staff may do with a space: each is confirmed on a page of its own, then done by a POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.admin.spaces_overview import SpaceRow
from search.admin.spaces_switching import switch
from search.models import EmbeddingSpace, Errand
from search.services import errands
from search.services.filling import pause
from search.services.switching import roll_back

Words = str | Promise

CHANGE = "search.change_embeddingspace"


@dataclass(frozen=True, slots=True)
class Action:
    """`do` changes the space, or asks a worker to, and returns what the person is told; `offered`
    says for which rows there is a button, and `weight` how that looks: light, grave, or "" for what
    the page is there for. `consequence` is read before it is confirmed. `permission` is needed
    beside the one to change spaces."""

    name: str
    label: Words
    consequence: Words
    offered: Callable[[SpaceRow], bool]
    do: Callable[[HttpRequest, EmbeddingSpace], str]
    weight: str = "light"
    permission: str = CHANGE

    def allowed(self, user: User | AnonymousUser) -> bool:
        return user.has_perms([CHANGE, self.permission])


def _ask(kind: Errand.Kind) -> Callable[[HttpRequest, EmbeddingSpace], str]:
    def do(request: HttpRequest, space: EmbeddingSpace) -> str:
        user = request.user if request.user.is_authenticated else None
        errands.request_errand(kind=kind, space=space, user=user)
        if not errands.ring():
            told = _("The queue can't be reached: Redis is down. It begins soon after its return.")
            messages.warning(request, told)
        return _("The worker does it now. This page shows how far it is.")

    return do


def _roll_back(_request: HttpRequest, space: EmbeddingSpace) -> str:
    return _("%(space)s is searched again.") % {"space": roll_back(to=space).name}


def _pause(_request: HttpRequest, space: EmbeddingSpace) -> str:
    pause(space)
    return _("%(space)s is paused. Fill it again to go on.") % {"space": space.name}


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "tune",
            gettext_lazy("Learn from the catalogue"),
            gettext_lazy(
                "The worker looks at your photos as customers might take them and learns what tells"
                " your products apart. That takes minutes, and searches go on meanwhile. Only if it"
                " finds more on photos that were kept aside, a new space is made ready. Nothing is "
                "switched."
            ),
            lambda row: row.space.state == EmbeddingSpace.State.ACTIVE,
            _ask(Errand.Kind.TUNE),
        ),
        Action(
            "switch",
            gettext_lazy("Search here"),
            gettext_lazy(
                "From the next search on, customers search in this space. Searches under way end in"
                " the one they began in. For a day you can go back without waiting."
            ),
            lambda row: row.can_be_searched and not row.left_last,
            switch,
            weight="",
        ),
        Action(
            "rollback",
            gettext_lazy("Go back to this"),
            gettext_lazy(
                "From the next search on, customers search in the space that was left last. It was "
                "kept up to date, so nothing has to be filled."
            ),
            lambda row: row.left_last,
            _roll_back,
            weight="",
        ),
        Action(
            "compare",
            gettext_lazy("Compare"),
            gettext_lazy(
                "Some hundred of your own pictures are asked here and in the space that is searched"
                " now. You then see side by side what would change."
            ),
            lambda row: row.space.state != EmbeddingSpace.State.ACTIVE and row.filling.ready > 0,
            _ask(Errand.Kind.COMPARE),
        ),
        Action(
            "fill",
            gettext_lazy("Fill"),
            gettext_lazy(
                "Every picture that this space lacks is put into it, those that failed too: slowly "
                "enough that customers don't notice. You can pause it and go on at any time."
            ),
            lambda row: not row.is_ready or not row.space.follows,
            _ask(Errand.Kind.FILL),
        ),
        Action(
            "pause",
            gettext_lazy("Pause"),
            gettext_lazy(
                "No more pictures are put into this space until you fill it again. What is in it "
                "stays, and new pictures wait for it."
            ),
            lambda row: row.can_be_paused,
            _pause,
        ),
        Action(
            "drop",
            gettext_lazy("Drop"),
            gettext_lazy(
                "Its vectors and its index are deleted for good. Your pictures and products stay. "
                "To have it again, every picture must be embedded anew."
            ),
            lambda row: row.can_be_dropped,
            _ask(Errand.Kind.DROP),
            weight="grave",
            permission="search.delete_embeddingspace",
        ),
    )
}


def offered(row: SpaceRow, user: User | AnonymousUser) -> list[Action]:
    """The actions that make sense for the row and that the user may do, in the order of their
    buttons."""
    return [each for each in ACTIONS.values() if each.allowed(user) and each.offered(row)]
