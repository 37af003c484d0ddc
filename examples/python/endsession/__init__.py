"""A client of endsession for Python: sessions that end.

Python 3.9 or newer, standard library only. `endsession.wsgi`, `endsession.flask`,
`endsession.fastapi` and `endsession.django` bring it into an application.
"""
from .client import Client, Ended, Started
from .cross_site import refuse_cross_site
from .errors import (
    CredentialsChanged,
    CrossSite,
    EndSessionError,
    NotSignedIn,
    ServiceRefused,
    Unavailable,
)
from .session import Session, from_proxy

__all__ = [
    "Client",
    "CredentialsChanged",
    "CrossSite",
    "EndSessionError",
    "Ended",
    "NotSignedIn",
    "ServiceRefused",
    "Session",
    "Started",
    "Unavailable",
    "from_proxy",
    "refuse_cross_site",
]
