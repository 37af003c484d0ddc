"""Django's own views for signing in, logging out and a new password: endsession is not in them."""
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST


@login_required
def account(request):
    return render(request, "account.html", {"user": request.user})


urlpatterns = [
    path("login", views.LoginView.as_view(template_name="form.html")),
    path("logout", require_POST(views.LogoutView.as_view())),
    path(
        "password",
        views.PasswordChangeView.as_view(template_name="form.html", success_url="/account"),
    ),
    path("account", account),
]
