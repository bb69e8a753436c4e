from __future__ import annotations

import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from config.stack.urls import celery_broker, database_settings, socket_database_url
from tests.stack.helpers import run_stack

AWKWARD = Path("/srv/My shop/50%/run")


def test_a_socket_address_reaches_django_and_libpq_unharmed():
    url = socket_database_url(folder=AWKWARD, user="shop", password="a/b:c@d", name="goods")

    django = database_settings(url)
    libpq = conninfo_to_dict(url)

    assert django == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "goods",
        "USER": "shop",
        "PASSWORD": "a/b:c@d",
        "HOST": "/srv/My shop/50%/run",
        "PORT": "",
        "OPTIONS": {},
    }
    assert (libpq["host"], libpq["password"]) == (django["HOST"], django["PASSWORD"])


@pytest.mark.parametrize(
    ("url", "host", "port", "options"),
    [
        ("postgresql://u:p@db.example:6432/x", "db.example", "6432", {}),
        ("postgres://u@db/x?sslmode=require", "db", "", {"sslmode": "require"}),
        ("postgresql://u:p@%2FVar%2Frun/x", "/Var/run", "", {}),
        ("postgresql://u:p@[::1]:5432/x", "::1", "5432", {}),
        ("postgresql:///x", "", "", {}),
    ],
)
def test_other_addresses_are_read_as_libpq_reads_them(url, host, port, options):
    found = database_settings(url)

    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == (host, port, options)


def test_an_address_of_another_database_is_refused():
    with pytest.raises(ValueError, match="must start with postgresql://, not 'mysql'"):
        database_settings("mysql://u@db/x")


def test_celery_reaches_a_redis_in_an_awkward_folder(scratch: Path, monkeypatch):
    monkeypatch.setenv("DATA", str(scratch / "My shop" / "50%"))
    script = (
        "import os; from kombu import Connection; from config.stack.urls import celery_broker\n"
        "broker = celery_broker(os.environ['REDIS_URL'])\n"
        "with Connection(broker) as connection:\n"
        "    print(broker, connection.default_channel.client.ping())"
    )

    done = run_stack("exec", "--", sys.executable, "-c", script)

    folder = f"{scratch}/My%20shop/50%25/run"
    assert done.stdout == f"redis+socket://{folder}/redis.sock?virtual_host=0 True\n"


@pytest.mark.parametrize(
    ("redis_url", "broker"),
    [
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3"),
        ("unix://:pw@/run/r.sock", "redis+socket://:pw@/run/r.sock?virtual_host=0"),
        ("redis://cache:6379/1", "redis://cache:6379/1"),
    ],
)
def test_redis_addresses_become_brokers(redis_url, broker):
    assert celery_broker(redis_url) == broker
