"""Pages of plans: the list, one plan, taking a document in, reviewing what was read."""

from app.plans.views import differing, dividing, drafts, joining, life, listing, readings, review
from app.plans.views.blueprint import bp

__all__ = ["bp", "differing", "dividing", "drafts", "joining", "life", "listing", "readings", "review"]
