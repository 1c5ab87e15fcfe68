from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tierline.config"
    label = "config"

    def ready(self) -> None:
        """Hand the wiring table down; nothing below imports ``config``."""
        from tierline.config import logs, wiring  # after the registry is ready: handlers import models

        logs.configure()
        wiring.hand_down()
