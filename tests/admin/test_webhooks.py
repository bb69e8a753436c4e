"""Webhooks in the admin: making one, its secret, pings, the log, sending again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from search.models import Webhook, WebhookDelivery
from search.services import webhooks
from search.services.webhooks import registering
from search.webhooks import EVENTS
from tests.admin.pages import act, text_of
from tests.factories import make_product
from tests.webhooks.receivers import Receiver

WEBHOOKS = reverse("admin:search_webhook_changelist")
ADD = reverse("admin:search_webhook_add")
LOG = reverse("admin:search_webhookdelivery_changelist")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_machine")]


@pytest.fixture
def webhook(receiver: Receiver) -> Webhook:
    return webhooks.create_webhook(url=receiver.url, events=EVENTS, description="The ERP")


def page_of(webhook: Webhook, action: str = "change") -> str:
    return reverse(f"admin:search_webhook_{action}", args=[webhook.pk])


def fields(receiver: Receiver, **overrides: Any) -> dict[str, Any]:
    usual = {"url": receiver.url, "description": "The ERP", "events": ["image.ready"]}
    return {**usual, "enabled": "on", **overrides}


def test_a_new_webhook_shows_its_secret_once(staff: Client, receiver: Receiver):
    shown = staff.post(ADD, fields(receiver), follow=True)

    webhook = Webhook.objects.get()
    assert (webhook.events, webhook.description) == (["image.ready"], "The ERP")
    assert webhook.secret in text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    for page in (page_of(webhook), WEBHOOKS, page_of(webhook, "history")):
        assert webhook.secret not in staff.get(page).content.decode()


def test_a_new_secret_is_shown_once_and_the_former_one_never(staff: Client, webhook: Webhook):
    question = staff.get(page_of(webhook, "rotate"))
    assert "signed with both" in text_of(question)
    assert Webhook.objects.get().secret == webhook.secret

    shown = staff.post(page_of(webhook, "rotate"), follow=True)

    now = Webhook.objects.get()
    assert now.secret != webhook.secret
    assert now.secret in text_of(shown)
    assert webhook.secret not in shown.content.decode()
    assert now.secret not in staff.get(page_of(webhook)).content.decode()


def test_the_secret_is_shown_for_no_other_webhook(
    staff: Client, receiver: Receiver, webhook: Webhook
):
    staff.post(ADD, fields(receiver))
    newest = Webhook.objects.latest("pk")

    assert webhook.secret not in staff.get(page_of(webhook)).content.decode()
    assert newest.secret in staff.get(page_of(newest)).content.decode()


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"url": "https://10.0.0.1/"}, "which is not a public address"),
        ({"url": "https://a:b@127.0.0.1/"}, "user name or a password"),
        ({"url": "ftp://127.0.0.1/"}, "must begin with https://"),
        ({"events": []}, "This field is required."),
    ],
)
def test_a_form_says_what_is_wrong(
    staff: Client, receiver: Receiver, overrides: dict[str, Any], told: str
):
    answer = staff.post(ADD, fields(receiver, **overrides))

    assert answer.status_code == 200
    assert told in text_of(answer)
    assert not Webhook.objects.exists()


def test_a_form_says_that_there_are_enough(
    staff: Client, receiver: Receiver, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registering, "MAX_WEBHOOKS", 1)

    assert "Delete one first." in text_of(staff.post(ADD, fields(receiver)))


def test_a_change_keeps_the_secret_and_the_counts(
    staff: Client, receiver: Receiver, webhook: Webhook
):
    Webhook.objects.update(delivered_count=7)
    changed = fields(receiver, description="The other ERP", events=["product.deleted"])
    del changed["enabled"]

    staff.post(page_of(webhook), changed, follow=True)

    now = Webhook.objects.get()
    assert (now.description, now.events, now.enabled) == (
        "The other ERP",
        ["product.deleted"],
        False,
    )
    assert (now.secret, now.delivered_count) == (webhook.secret, 7)


def test_a_disabled_webhook_is_told_of_on_the_first_page_and_enabled_again(
    staff: Client, receiver: Receiver, webhook: Webhook
):
    Webhook.objects.update(enabled=False, disabled_because="Nothing but failures for 5 days.")
    for page in (reverse("admin:index"), WEBHOOKS):
        told = text_of(staff.get(page))
        assert "Webhook The ERP was disabled. Nothing but failures for 5 days." in told

    staff.post(page_of(webhook), fields(receiver), follow=True)

    assert "was disabled" not in text_of(staff.get(WEBHOOKS))
    assert Webhook.objects.get().enabled


def test_a_ping_leads_to_its_delivery(staff: Client, receiver: Receiver, webhook: Webhook):
    page = text_of(staff.post(page_of(webhook, "ping"), follow=True))
    assert "Pending" in page
    assert '"type": "ping"' in page

    webhooks.deliver(seconds=60)

    [delivery] = WebhookDelivery.objects.all()
    address = reverse("admin:search_webhookdelivery_change", args=[delivery.pk])
    page = text_of(staff.get(address))
    assert "Delivered" in page
    assert "thanks" in page
    assert staff.get(page_of(webhook, "ping")).status_code == 405


def test_an_answer_is_shown_as_text_whatever_it_is(
    staff: Client, receiver: Receiver, webhook: Webhook
):
    webhooks.ping(webhook)
    WebhookDelivery.objects.update(response="<script>alert(1)</script>", error="<b>no</b>")
    delivery = WebhookDelivery.objects.get()
    address = reverse("admin:search_webhookdelivery_change", args=[delivery.pk])

    for page in (address, LOG):
        content = staff.get(page).content.decode()
        assert "<script>alert(1)" not in content
        assert "<b>no</b>" not in content


def test_deliveries_are_sent_again_one_or_many(staff: Client, receiver: Receiver, webhook: Webhook):
    for number in range(3):
        make_product(sku=f"P-{number}")
    webhooks.deliver(seconds=60)
    chosen = list(WebhookDelivery.objects.order_by("pk")[:2])

    assert "2 deliveries are sent again." in text_of(act(staff, LOG, "send_again", *chosen))
    one = reverse("admin:search_webhookdelivery_replay", args=[chosen[0].pk])
    assert "1 delivery is sent again." in text_of(staff.post(one, follow=True))
    webhooks.deliver(seconds=60)

    assert len(receiver.received) == 5
    assert staff.get(one).status_code == 405
    gone = reverse("admin:search_webhookdelivery_replay", args=[99999])
    assert staff.post(gone).status_code == 404


def test_what_waits_for_a_webhook_that_is_off_is_told(staff: Client, webhook: Webhook):
    make_product()
    webhooks.hand_on()
    webhooks.change_webhook(webhook, enabled=False)

    page = text_of(act(staff, LOG, "send_again", WebhookDelivery.objects.get()))

    assert "wait until they are enabled" in page


def test_the_log_is_narrowed_and_searched(staff: Client, receiver: Receiver, webhook: Webhook):
    make_product(sku="SHOE-7")
    make_product(sku="HAT-1")
    webhooks.hand_on()
    WebhookDelivery.objects.filter(event__data__sku="HAT-1").update(state="failed", error="No.")

    def skus(**query: str) -> set[str]:
        page = text_of(staff.get(LOG, query))
        return {sku for sku in ("SHOE-7", "HAT-1") if sku in page}

    assert skus() == {"SHOE-7", "HAT-1"}
    assert skus(state__exact="failed") == {"HAT-1"}
    assert skus(event__type__exact="product.deleted") == set()
    assert skus(q="shoe") == {"SHOE-7"}


def test_a_deleted_webhook_takes_its_log_along(staff: Client, webhook: Webhook):
    webhooks.ping(webhook)
    question = text_of(staff.get(page_of(webhook, "delete")))
    assert "Webhook deliveries: 1" in question

    staff.post(page_of(webhook, "delete"), {"post": "yes"})

    assert not Webhook.objects.exists()
    assert not WebhookDelivery.objects.exists()


def test_several_are_deleted_at_once(staff: Client, receiver: Receiver, webhook: Webhook):
    webhooks.create_webhook(url=receiver.url, events=EVENTS)
    chosen = [each.pk for each in Webhook.objects.all()]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    staff.post(WEBHOOKS, data)

    assert not Webhook.objects.exists()


def test_who_may_only_look_sees_no_secret_and_sends_nothing(viewer: Client, webhook: Webhook):
    webhooks.ping(webhook)
    delivery = WebhookDelivery.objects.get()
    for page in (WEBHOOKS, page_of(webhook), LOG):
        content = viewer.get(page)
        assert content.status_code == 200
        assert webhook.secret not in content.content.decode()

    assert viewer.post(page_of(webhook, "ping")).status_code == 403
    assert viewer.post(page_of(webhook, "rotate")).status_code == 403
    again = reverse("admin:search_webhookdelivery_replay", args=[delivery.pk])
    assert viewer.post(again).status_code == 403
    assert viewer.get(ADD).status_code == 403
    assert WebhookDelivery.objects.count() == 1


def test_deliveries_are_never_edited_by_hand(staff: Client):
    assert staff.get(reverse("admin:search_webhookdelivery_add")).status_code == 403
