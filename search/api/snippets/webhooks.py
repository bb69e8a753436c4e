"""Webhooks as programs manage them."""

from __future__ import annotations

from search.api.snippets.snippet import Snippet

WEBHOOK = "webhooks/$WEBHOOK_ID/"

SNIPPETS = {
    "webhooks": Snippet(
        path="webhooks/",
        python="""\
for webhook in shop.webhooks():
    print(webhook.id, webhook.url, webhook.enabled)""",
        javascript="for (const { id, url, enabled } of answer.results) "
        "console.log(id, url, enabled);",
    ),
    "webhook_create": Snippet(
        method="POST",
        path="webhooks/",
        json={"url": "$RECEIVER", "events": ["image.ready", "image.failed"]},
        python="""\
webhook = shop.create_webhook(os.environ["RECEIVER"], ["image.ready", "image.failed"])
print(webhook.id, webhook.secret)  # keep it: verify_webhook needs it, nobody tells it again""",
        javascript="console.log(answer.id, answer.secret);",
    ),
    "webhook": Snippet(
        path=WEBHOOK,
        python="""\
webhook = shop.webhook(int(os.environ["WEBHOOK_ID"]))
print(webhook.enabled, webhook.failing_since)""",
        javascript="console.log(answer.enabled, answer.failing_since);",
    ),
    "webhook_change": Snippet(
        method="PATCH",
        path=WEBHOOK,
        json={"enabled": False},
        python="""\
webhook = shop.change_webhook(int(os.environ["WEBHOOK_ID"]), enabled=False)
print(webhook.enabled)""",
        javascript="console.log(answer.enabled);",
    ),
    "webhook_delete": Snippet(
        method="DELETE",
        path=WEBHOOK,
        python='shop.delete_webhook(int(os.environ["WEBHOOK_ID"]))',
    ),
    "webhook_ping": Snippet(
        method="POST",
        path=f"{WEBHOOK}ping/",
        python="""\
delivery = shop.ping_webhook(int(os.environ["WEBHOOK_ID"]))
print(delivery.id, delivery.state)""",
        javascript="console.log(answer.id, answer.state);",
    ),
    "webhook_deliveries": Snippet(
        path=f"{WEBHOOK}deliveries/?state=failed",
        python="""\
for delivery in shop.deliveries(int(os.environ["WEBHOOK_ID"]), state="failed"):  # all pages
    print(delivery.id, delivery.event.type, delivery.error)""",
        javascript="for (const { id, event, error } of answer.results) "
        "console.log(id, event.type, error);",
    ),
    "delivery_replay": Snippet(
        method="POST",
        path="webhooks/deliveries/$DELIVERY_ID/replay/",
        python="""\
delivery = shop.replay(int(os.environ["DELIVERY_ID"]))
print(delivery.state, delivery.next_attempt)""",
        javascript="console.log(answer.state, answer.next_attempt);",
    ),
}
