from django.urls import include, path

urlpatterns = [
    path("", include("tierline.api.urls")),
    path("", include("tierline.web.urls")),
    path("", include("tierline.knowledge.urls")),
    path("", include("tierline.problems.urls")),
    path("", include("tierline.answers.urls")),
    path("", include("tierline.review.urls")),
    path("", include("tierline.planning.urls")),
    path("", include("tierline.agreements.urls")),
    path("", include("tierline.imports.urls")),
    path("", include("tierline.notices.urls")),
    path("", include("tierline.workforce.urls")),
    path("", include("tierline.channels.urls")),
    path("", include("tierline.desk.urls")),
]

handler400 = "tierline.web.refusals.malformed"
handler404 = "tierline.web.refusals.missing"
handler500 = "tierline.web.refusals.broken"
