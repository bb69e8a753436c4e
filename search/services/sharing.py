"""A link to pass on: the same question without the photo, under an id of its own, for some days."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from search.errors import QueryExpired
from search.models import PhotoQuery

# What a shared query takes over. Neither the part of the photo nor the things that were seen in it.
_SHARED = (
    *("space", "vector", "descriptors", "text", "worded", "by_words"),
    *("product", "liked", "disliked", "lent_by"),
)


@transaction.atomic
def share_query(*, query: PhotoQuery) -> PhotoQuery:
    """The query that a link may lead to, for SHARED_QUERY_LIFETIME from now; made once for each
    query, and kept longer when it is asked for again. Raises QueryExpired.

    Its id tells nothing of the query that it is made from, which a stranger could otherwise go on
    with or forget. It goes with its line when that is forgotten, and what others made of it too.
    What is shared already is passed on as it is; what was made from that ends no later.
    """
    if query.shared:
        return query
    # Two taps at once make one link, and none is made of what is being forgotten.
    if not PhotoQuery.objects.select_for_update().filter(pk=query.pk).values_list("pk").first():
        raise QueryExpired(_("This search has ended. Choose the photo again."), field="query_id")
    expires_at = _until(query)
    shared = PhotoQuery.objects.filter(shared=True, parent=query.pk).first()
    if shared is None:
        taken = {name: getattr(query, name) for name in _SHARED}
        return PhotoQuery.objects.create(
            **taken, shared=True, parent=query.pk, origin=query.line, expires_at=expires_at
        )
    shared.expires_at = expires_at
    shared.save(update_fields=["expires_at"])
    return shared


def _until(query: PhotoQuery) -> datetime:
    until: datetime = timezone.now() + settings.SHARED_QUERY_LIFETIME
    if query.lent_by is None:
        return until
    links = PhotoQuery.objects.filter(shared=True, origin=query.lent_by)
    last = links.aggregate(last=Max("expires_at"))["last"] or query.expires_at
    return min(until, last)
