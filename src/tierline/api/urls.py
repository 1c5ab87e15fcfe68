from django.urls import path

from tierline.api.health import healthz, readyz
from tierline.api.metrics import metrics
from tierline.api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]
