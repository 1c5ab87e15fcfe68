import os

from tierline.config.settings.base import *  # noqa: F403

DEVELOPMENT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("TIERLINE_BASE_URL", "").startswith("https:")
