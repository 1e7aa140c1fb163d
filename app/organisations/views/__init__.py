"""Pages of the directory."""

from app.organisations.views import agencies, groups, importing
from app.organisations.views.blueprint import bp

__all__ = ["agencies", "bp", "groups", "importing"]
