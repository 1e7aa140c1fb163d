"""Pages of emulation movements."""

from app.emulation.views import awards, movements, registrations
from app.emulation.views.blueprint import bp

__all__ = ["awards", "bp", "movements", "registrations"]
