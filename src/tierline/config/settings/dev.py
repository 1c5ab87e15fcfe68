from tierline.config.settings.base import *  # noqa: F403

DEBUG = False
DEVELOPMENT = True
