"""Django's own views for signing in, logging out and a new password: endsession is not in them."""
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import path


@login_required
def account(request):
    return HttpResponse(f"Hello {request.user.get_username()}.")


urlpatterns = [
    path("login", views.LoginView.as_view(template_name="form.html")),
    path("logout", views.LogoutView.as_view(http_method_names=["post"])),
    path(
        "password",
        views.PasswordChangeView.as_view(template_name="form.html", success_url="/account"),
    ),
    path("account", account),
]
