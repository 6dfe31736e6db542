"""The tables."""

from .account import STAFF_ROLES, Account, AccountRole, OneTimeCode, ResetLink, Role, SignInFailure
from .attachment import Attachment, AttachmentPiece, ReadMark
from .draft import PetitionDraft
from .following import ContactDetails, DataRequest, Rating, TrackingCode
from .participant import Participant, ParticipantEvent
from .petition import Case, Petition, Petitioner
from .place import BridgePoint, Locality, Pilot
from .record import AuditEntry, AuditSeal, Delivery, Notification
from .recording import Recording, RecordingGap, RecordingPiece, RecordingTake
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
    "ContactDetails",
    "DataRequest",
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
    "Participant",
    "ParticipantEvent",
    "Petition",
    "PetitionDraft",
    "Petitioner",
    "Pilot",
    "Rating",
    "ReadMark",
    "Recording",
    "RecordingGap",
    "RecordingPiece",
    "RecordingTake",
    "ResetLink",
    "Role",
    "SignInFailure",
    "Sitting",
    "SittingKind",
    "SittingMode",
    "SittingPlace",
    "TrackingCode",
    "Visit",
    "VisitEvent",
]
