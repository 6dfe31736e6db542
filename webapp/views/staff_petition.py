"""A petition as staff are shown it, and who petitions once that was opened."""

from typing import Any

from ..domain.identity_levels import LEVEL_LABELS
from ..domain.identity_papers import PAPER_LABELS
from ..domain.petition_kinds import KIND_LABELS_FOR_STAFF
from ..domain.petition_matter import NEED_LABELS, SETTLED_LABELS
from ..domain.representation import ROLE_WORDS
from ..models import Petition
from ..services import cases, identity, petition_contents, petitions, proofs

PETITION_WORDS = {
    "role_words": ROLE_WORDS,
    "need_labels": NEED_LABELS,
    "settled_labels": SETTLED_LABELS,
}


def opened_context(petition: Petition) -> dict[str, Any]:
    """For `desk/_identity.html`; only after `petitions.open_identity`."""
    petitioner = petition.petitioner
    return {
        "petitioner": petitioner,
        "home": petitions.home_of(petition),
        "content": petition_contents.content_of(petition, whole=True),
        "proofs": proofs.of_petition(petition),
        "same_case": cases.others_for_staff(petition, whole=True),
        "standing": identity.standing_of(petition.account, petitioner),
        "level_labels": LEVEL_LABELS,
        "earlier": identity.earlier_with(petitioner),
        "paper_labels": PAPER_LABELS,
        "kind_labels": KIND_LABELS_FOR_STAFF,
        **PETITION_WORDS,
    }
