"""Signatures are those of the Standard Webhooks specification."""

from __future__ import annotations

import base64
import hashlib
import hmac

from search.webhooks import make_secret, sign


def test_the_example_of_the_specification():
    """The numbers of the specification's own libraries."""
    signature = sign(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_secret_signs():
    first, second = make_secret(), make_secret()

    both = sign(b"{}", message_id="1", timestamp=2, keys=[first, second])

    expected = []
    for secret in (first, second):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, b"1.2.{}", hashlib.sha256).digest()
        expected.append("v1," + base64.b64encode(digest).decode())
    assert both.split(" ") == expected


def test_secrets_are_long_and_never_the_same():
    secrets = {make_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in secrets} == {32}
