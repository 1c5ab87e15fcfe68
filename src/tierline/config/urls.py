from django.urls import include, path

urlpatterns = [
    path("", include("tierline.api.urls")),
    path("", include("tierline.web.urls")),
    path("", include("tierline.desk.urls")),
]

handler400 = "tierline.web.refusals.malformed"
handler404 = "tierline.web.refusals.missing"
handler500 = "tierline.web.refusals.broken"
