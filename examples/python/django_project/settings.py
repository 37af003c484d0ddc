"""Settings of a small Django project. The four marked lines are endsession's."""
import os
from pathlib import Path

SECRET_KEY = os.environ["SECRET_KEY"]  # at least 50 random characters
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "endsession.django.Middleware",  # endsession, behind AuthenticationMiddleware
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "endsession.django.EndsOtherSessions"},  # endsession
]
ENDSESSION_URL = os.environ.get("ENDSESSION_URL", "http://127.0.0.1:8414")  # endsession
ENDSESSION_SERVICE_TOKEN = os.environ["ENDSESSION_SERVICE_TOKEN"]  # endsession
ENDSESSION_BEHIND_PROXY = "BEHIND_PROXY" in os.environ  # only with forward-auth

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", "app.sqlite3"),
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/account"
LOGOUT_REDIRECT_URL = "/login"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
