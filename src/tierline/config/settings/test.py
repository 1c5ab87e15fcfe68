from tierline.config.settings.base import *  # noqa: F403

DEVELOPMENT = True
ALLOWED_HOSTS = ["*"]
# Real hashers are tested once, in accounts; elsewhere they would cost a third of a second a sign-in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]  # noqa: F405
