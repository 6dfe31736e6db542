"""The tables."""

from .account import (
    STAFF_ROLES,
    Account,
    AccountRole,
    OneTimeCode,
    ResetLink,
    Role,
    SignInFailure,
    phone_look_up,
)
from .attachment import Attachment, AttachmentPiece, ReadMark
from .device_check import DeviceCheck, EarlyCheck
from .draft import PetitionDraft
from .evidence import Evidence, EvidencePiece, EvidenceReceipt
from .following import ContactDetails, DataRequest, MailCode, Rating, TrackingCode
from .helping import PersonAtPoint, PetitionHelp, PointHelp, WordOwed
from .identity import ElectronicIdentity, IdentityCheck
from .issued import IssuedDocument
from .participant import Participant, ParticipantEvent
from .petition import (
    Case,
    PaperCorrection,
    Petition,
    PetitionAddition,
    Petitioner,
    PetitionStatement,
    ProofOnPaper,
    Representative,
    StatementEvent,
    StatementTask,
)
from .phone_change import PhoneChange
from .place import BridgePoint, Locality, Pilot
from .place_request import PlaceAnswer, PlaceRequest
from .preparation import PointEntry, PointReminder
from .reader import ContentReader
from .record import AuditEntry, AuditSeal, Notification
from .recording import Recording, RecordingGap, RecordingPiece, RecordingTake
from .room import CallBack, ModeChange
from .sign_in_session import SignInSession
from .sitting import CalendarChange, CalendarDay, Desk, Sitting, SittingKind, SittingMode, SittingPlace
from .sitting_plan import (
    FrameDuty,
    SittingChange,
    SittingFrame,
    SittingTemplate,
    TemplateDuty,
    TemplateFrame,
    TemplatePlace,
)
from .visit import LineChange, Message, Minutes, MinutesVersion, Outcome, Visit, VisitEvent

__all__ = [
    "Account",
    "AccountRole",
    "Attachment",
    "AttachmentPiece",
    "AuditEntry",
    "AuditSeal",
    "BridgePoint",
    "CalendarDay",
    "CallBack",
    "Case",
    "ContactDetails",
    "ContentReader",
    "DataRequest",
    "CalendarChange",
    "CalendarDay",
    "Desk",
    "DeviceCheck",
    "EarlyCheck",
    "ElectronicIdentity",
    "Evidence",
    "EvidencePiece",
    "EvidenceReceipt",
    "FrameDuty",
    "IdentityCheck",
    "IssuedDocument",
    "LineChange",
    "Locality",
    "MailCode",
    "Message",
    "Minutes",
    "MinutesVersion",
    "ModeChange",
    "Notification",
    "OneTimeCode",
    "Outcome",
    "PaperCorrection",
    "Participant",
    "ParticipantEvent",
    "Petition",
    "PersonAtPoint",
    "PetitionAddition",
    "PetitionDraft",
    "PetitionHelp",
    "PetitionStatement",
    "Petitioner",
    "PhoneChange",
    "Pilot",
    "PlaceAnswer",
    "PlaceRequest",
    "PointEntry",
    "PointHelp",
    "PointReminder",
    "ProofOnPaper",
    "Rating",
    "ReadMark",
    "Recording",
    "RecordingGap",
    "RecordingPiece",
    "RecordingTake",
    "Representative",
    "ResetLink",
    "Role",
    "STAFF_ROLES",
    "SignInFailure",
    "SignInSession",
    "Sitting",
    "SittingChange",
    "SittingFrame",
    "SittingKind",
    "SittingMode",
    "SittingPlace",
    "SittingTemplate",
    "StatementEvent",
    "StatementTask",
    "TemplateDuty",
    "TemplateFrame",
    "TemplatePlace",
    "TrackingCode",
    "Visit",
    "VisitEvent",
    "phone_look_up",
    "WordOwed",
]
