"""A link to pass on: the same question without the photo, under an id of its own, for some days."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from search.models import PhotoQuery

# What a shared query takes over. Neither the part of the photo nor the things that were seen in it.
_SHARED = ("space", "vector", "descriptors", "text", "worded", "product", "liked", "disliked")


@transaction.atomic
def share_query(*, query: PhotoQuery) -> PhotoQuery:
    """The query that a link may lead to, for SHARED_QUERY_LIFETIME from now; made once for each
    query, and kept longer when it is asked for again.

    Its id tells nothing of the query that it is made from, which a stranger could otherwise go on
    with or forget. It goes with its line when that is forgotten. What is shared already is passed
    on as it is.
    """
    if query.shared:
        return query
    expires_at = timezone.now() + settings.SHARED_QUERY_LIFETIME
    # Two taps at once make one link.
    PhotoQuery.objects.select_for_update().only("pk").get(pk=query.pk)
    shared = PhotoQuery.objects.filter(shared=True, parent=query.pk).first()
    if shared is None:
        taken = {name: getattr(query, name) for name in _SHARED}
        return PhotoQuery.objects.create(
            **taken, shared=True, parent=query.pk, origin=query.line, expires_at=expires_at
        )
    shared.expires_at = expires_at
    shared.save(update_fields=["expires_at"])
    return shared
