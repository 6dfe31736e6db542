"""The tables."""

from .account import STAFF_ROLES, Account, AccountRole, OneTimeCode, ResetLink, Role, SignInFailure
from .attachment import Attachment, AttachmentPiece, ReadMark
from .draft import PetitionDraft
from .petition import Case, Petition, Petitioner
from .place import BridgePoint, Locality, Pilot
from .record import AuditEntry, AuditSeal, Delivery, Notification
from .room import CallBack, ModeChange
from .sitting import Desk, Sitting, SittingKind, SittingMode, SittingPlace
from .visit import Message, Minutes, MinutesVersion, Outcome, Visit, VisitEvent

__all__ = [
    "STAFF_ROLES",
    "Account",
    "AccountRole",
    "Attachment",
    "AttachmentPiece",
    "AuditEntry",
    "AuditSeal",
    "BridgePoint",
    "CallBack",
    "Case",
    "Delivery",
    "Desk",
    "Locality",
    "Message",
    "Minutes",
    "MinutesVersion",
    "ModeChange",
    "Notification",
    "OneTimeCode",
    "Outcome",
    "Petition",
    "PetitionDraft",
    "Petitioner",
    "Pilot",
    "ReadMark",
    "ResetLink",
    "Role",
    "SignInFailure",
    "Sitting",
    "SittingKind",
    "SittingMode",
    "SittingPlace",
    "Visit",
    "VisitEvent",
]
