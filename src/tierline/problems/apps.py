from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "tierline.problems"
    label = "problems"
    default_auto_field = "django.db.models.BigAutoField"
