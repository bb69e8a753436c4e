"""What Django itself needs: apps, database, files, languages, logs."""

from __future__ import annotations

import structlog
from django.core.exceptions import ImproperlyConfigured

from config.settings import env
from config.stack.cores import THREADS, default_processes
from config.stack.urls import celery_broker, database_settings

BASE_DIR = env.BASE_DIR
DATA_DIR = env.folder("DATA", BASE_DIR / ".data")
DEBUG = env.flag("DEBUG", default=False)
SHOP_NAME = env.text("SHOP_NAME", "Lookalike")

INSTALLED_APPS = [
    "config",
    "catalog",
    "search",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "axes",
    "csp",
    "django_structlog",
    "config.admin_app.ShopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.request_id.RequestIdMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressTexts",
    "config.content_policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # Behind the language: what refuses before it speaks that of whoever its thread answered last.
    "config.utf8.Utf8Middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shop",
            ],
        },
    },
]

# Gunicorn tells its workers what it runs, so these are true whoever told it.
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default_processes(), minimum=1)
WEB_THREADS = env.number("WEB_THREADS", THREADS, minimum=1)
try:
    _database = database_settings(env.text("DATABASE_URL", "postgresql:///lookalike"))
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
# One connection per web thread and two spare; a caller waits 4 s at most, then gets a 503.
_pool = {"min_size": 1, "max_size": WEB_THREADS + 2, "timeout": 4}
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_database.get("OPTIONS", {}), "pool": _pool},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = celery_broker(REDIS_URL)

# Of visitors who ask for neither of the languages, and of what workers write down for staff.
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MEDIA", DATA_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedStaticFiles"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.log_lines.LogLines",
            "processor": structlog.dev.ConsoleRenderer(
                # Rich tracebacks print local variables, and a photo or a password among them.
                colors=False,
                exception_formatter=structlog.dev.plain_traceback,
            )
            if env.text("LOG_FORMAT", "text") == "text"
            else structlog.processors.JSONRenderer(),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
# config.request_id has made sure that the header holds a plausible id.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
# Searches are nobody's: what a proxy's own log keeps of addresses is for the operator to decide.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
