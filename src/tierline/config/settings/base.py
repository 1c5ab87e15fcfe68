"""What every environment shares. Everything that differs comes from the environment, named TIERLINE_*."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tierline.plumbing import catalogue
from tierline.plumbing.home import home
from tierline.plumbing.secrets import secret

DEBUG = False
SECRET_KEY = secret("django")
ALLOWED_HOSTS = os.environ.get("TIERLINE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "tierline.config.urls"
ASGI_APPLICATION = "tierline.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BASE_URL = os.environ.get("TIERLINE_BASE_URL", "http://127.0.0.1:8000")
TIERLINE_HOME = home()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "tierline.plumbing",
    "tierline.audit",
    "tierline.accounts",
    "tierline.knowledge",
    "tierline.workforce",
    "tierline.agreements",
    "tierline.assets",
    "tierline.desk",
    "tierline.problems",
    "tierline.channels",
    "tierline.imports",
    "tierline.hooks",
    "tierline.planning",
    "tierline.review",
    "tierline.answers",
    "tierline.notices",
    "tierline.web",
    "tierline.api",
    "tierline.config",
]

MIDDLEWARE = [
    "tierline.api.metrics.Measured",
    "django.middleware.security.SecurityMiddleware",
    "tierline.web.middleware.Assets",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tierline.web.middleware.Received",
    "tierline.web.middleware.ContentSecurityPolicy",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tierline.web.middleware.SignedIn",
    "tierline.web.middleware.PortalByDomain",
    "tierline.web.middleware.Language",
    "tierline.web.middleware.Doorkeeper",
    "tierline.web.middleware.Refusals",
    "tierline.web.opened.Opened",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "tierline.web.context.shell",
            ]
        },
    }
]


def _database(url: str, *, pool: bool, extra: str = "") -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {"options": f"-c timezone=UTC {extra}".strip()}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("TIERLINE_DB_POOL", "16")), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tierline",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


_APP_URL = os.environ.get("TIERLINE_DATABASE_URL", "postgresql://tierline_app@127.0.0.1:1/tierline")
_OWNER_URL = os.environ.get("TIERLINE_DATABASE_OWNER_URL", "")
_AS_OWNER = os.environ.get("TIERLINE_DATABASE_ROLE") == "owner"
_APP_ROLE = unquote(urlsplit(_APP_URL).username or "tierline_app")

DATABASES = {
    "default": _database(_OWNER_URL or _APP_URL, pool=False, extra=f"-c tierline.app_role={_APP_ROLE}")
    if _AS_OWNER
    else _database(_APP_URL, pool=True)
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [TIERLINE_HOME / "locale"]
catalogue.compile_into(LOCALE_PATHS[0])

STATIC_URL = "/static/"
STATIC_ROOT = TIERLINE_HOME / "static"

SESSION_COOKIE_NAME = "tierline"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tierline.web.refusals.csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

MAIL = {
    # Empty host: outbound mail is written as .eml files into the outbox folder.
    "host": os.environ.get("TIERLINE_SMTP_HOST", ""),
    "port": int(os.environ.get("TIERLINE_SMTP_PORT", "25")),
    "user": os.environ.get("TIERLINE_SMTP_USER", ""),
    "password": os.environ.get("TIERLINE_SMTP_PASSWORD", ""),
    "tls": os.environ.get("TIERLINE_SMTP_TLS", ""),
    "outbox": TIERLINE_HOME / "outbox",
}

MAIL_INTAKE = {
    # Where mail servers hand messages to us: smtp://HOST:PORT, lmtp://HOST:PORT, lmtp:///PATH; empty: nowhere.
    "listen": os.environ.get("TIERLINE_MAIL_LISTEN", ""),
    "connections": int(os.environ.get("TIERLINE_MAIL_CONNECTIONS", "64")),
    "certificate": os.environ.get("TIERLINE_MAIL_TLS_CERT", ""),
    "key": os.environ.get("TIERLINE_MAIL_TLS_KEY", ""),
}

# How often one key may call the API: so many a minute evenly, and so many at once.
API_CALLS_PER_MINUTE = int(os.environ.get("TIERLINE_API_CALLS_PER_MINUTE", "30000"))
API_BURST = int(os.environ.get("TIERLINE_API_BURST", "10000"))

# Web hooks may call this machine itself over plain http: for tests only.
OUTWARD_LOOPBACK = os.environ.get("TIERLINE_OUTWARD_LOOPBACK") == "1"

PROCRASTINATE_ON_APP_READY = None
LOGGING_CONFIG = None
