"""What people are told of targets and of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.models.webhooks import MAX_ERROR
from search.webhooks import Answer, Failure, Reason
from search.webhooks.posting import TOTAL_SECONDS
from search.webhooks.targets import FIRST_FREE_PORT, MAX_URL

GONE = 410

REFUSALS: Mapping[Reason, Any] = {
    Reason.MALFORMED: gettext_lazy(
        "This is no web address that can be sent to. Write it in ASCII, such as "
        "https://erp.example.com/hooks (names in other scripts as xn--…), in %(long)s characters at"
        " most."
    ),
    Reason.SCHEME: gettext_lazy("The address must begin with https://."),
    Reason.USERINFO: gettext_lazy(
        "The address holds a user name or a password. Leave them out: messages are signed."
    ),
    Reason.FRAGMENT: gettext_lazy(
        "The address holds a #, which no server gets to see. Leave it out."
    ),
    Reason.PORT: gettext_lazy(
        "Port %(detail)s is not for this. Use the usual one, or one from %(first)s on."
    ),
    Reason.UNRESOLVED: gettext_lazy("No address is known for the name %(detail)s. Correct it."),
    Reason.PRIVATE: gettext_lazy(
        "The name leads to %(detail)s, which is not a public address. A network of your own must be"
        " named in the setting WEBHOOK_ALLOWED_PRIVATE."
    ),
}
FAILURES: Mapping[Failure, Any] = {
    Failure.TIMEOUT: gettext_lazy("No answer within %(seconds)s s."),
    Failure.TLS: gettext_lazy("No secure connection: %(detail)s"),
    Failure.UNREACHABLE: gettext_lazy("No connection: %(detail)s"),
    Failure.PROTOCOL: gettext_lazy("The answer is not HTTP: %(detail)s"),
}


def refusal(reason: Reason, detail: str = "") -> str:
    """Why an address is no target, and what to do."""
    told = {"detail": detail, "long": MAX_URL, "first": FIRST_FREE_PORT}
    return str(REFUSALS[reason] % told)


def reason_of(answer: Answer) -> str:
    """Why the answer is no delivery; "" where it is one."""
    if answer.delivered:
        return ""
    return _sentence(answer)[:MAX_ERROR]


def _sentence(answer: Answer) -> str:
    if answer.failure is Failure.REFUSED:
        reason, _colon, detail = answer.detail.partition(":")
        return refusal(Reason(reason), detail)
    if answer.failure is not None:
        figures = {"seconds": f"{TOTAL_SECONDS:.0f}", "detail": answer.detail}
        return str(FAILURES[answer.failure] % figures)
    if answer.status == GONE:
        return _("The receiver says that it is gone for good (410).")
    if answer.status is not None and 300 <= answer.status < 400:
        told = _(
            "The answer was a redirect (%(status)s) to %(location)s. None is followed: enter the "
            "address where it ends."
        )
        return told % {"status": answer.status, "location": answer.location or "–"}
    return _("The answer was %(status)s.") % {"status": answer.status}
