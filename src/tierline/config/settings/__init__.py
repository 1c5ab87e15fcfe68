"""Chooses the settings by ``TIERLINE_ENV`` (dev, prod, test); dev unless told."""

import os

if os.environ.get("TIERLINE_ENV") == "prod":
    from tierline.config.settings.prod import *  # noqa: F403
elif os.environ.get("TIERLINE_ENV") == "test":
    from tierline.config.settings.test import *  # noqa: F403
else:
    from tierline.config.settings.dev import *  # noqa: F403
