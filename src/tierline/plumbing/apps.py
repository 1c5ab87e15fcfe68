from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "tierline.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"
